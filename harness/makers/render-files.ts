/** The files under /dev/dri by which a program reaches a card, and the rights to them. Pure. */
import type { Access, CardFacts } from './maker.ts';
import { ok, problem, warning, type Check } from '../model/check.ts';

export const GROUPS =
  'add yourself to the groups render and video (sudo usermod -aG render,video $USER) and log in again';

/** Why a card with this file cannot be used; null when it can. */
export function renderProblem(file: string, access: Access): string | null {
  if (access === 'absent') return `${file} is absent: pass the device file into the container`;
  return access === 'denied' ? `this user may not open ${file}: ${GROUPS}` : null;
}

const LOGIN = 'log out and in again   (or: newgrp render)';

/** How to get the right to open the files. `devices`: those that a container has to be given. */
export function joinGroups({ user, deviceGroups, inContainer }: CardFacts, devices: readonly string[]): string {
  const missing = deviceGroups.filter((group) => !user.groups.includes(group));
  if (missing.length > 0 && missing.every((group) => user.pending.includes(group))) return LOGIN;
  const groups = missing.length > 0 ? missing : ['render', 'video'];
  if (inContainer)
    return `start the container with ${[...groups.map((group) => `--group-add ${group}`), ...devices.map((path) => `--device ${path}`)].join(' ')}`;
  return `sudo usermod -aG ${groups.join(',')} $USER   and log in again`;
}

/** `log`: a command that shows what the driver said. */
export function renderChecks(facts: CardFacts, devices: readonly string[], log: string): readonly Check[] {
  const { renderFiles, user, inContainer } = facts;
  if (renderFiles.length === 0) {
    const mend = inContainer ? 'start the container with --device /dev/dri' : log;
    return [problem('render', 'Render files', 'no /dev/dri/renderD*', mend)];
  }
  const denied = renderFiles.filter(({ access }) => access !== 'usable').map(({ path }) => path);
  if (denied.length === renderFiles.length) {
    const saw = `${denied.join(', ')}: this user may not open ${denied.length === 1 ? 'it' : 'them'}`;
    return [problem('render', 'Render files', saw, joinGroups(facts, devices))];
  }
  if (denied.length > 0)
    return [
      warning('render', 'Render files', `this user may not open ${denied.join(', ')}`, joinGroups(facts, devices)),
    ];
  const member = user.root
    ? 'as root'
    : `groups ${user.groups.filter((group) => /^(?:render|video)$/.test(group)).join(', ') || 'are not needed here'}`;
  const names = renderFiles.map(({ path }) => path.replace('/dev/dri/', ''));
  return [ok('render', 'Render files', `${names.join(', ')}, ${member}`)];
}

/** Environments and settings: names that must be unique or there, wheels that must exist. */
import { wheelFault } from '../../catalogue/rows/check.ts';
import { listEnvironments } from '../file/environment-list.ts';
import { nameEnvironments } from '../file/environment-names.ts';
import type { Catalogue } from '../../catalogue/types.ts';
import { atKey, atValue, type Finding } from '../file/problem.ts';
import { declarationOf, type EnvironmentEntry } from '../kinds/kinds.ts';
import type { Draft } from './draft.ts';

/** `catalogue`: what is there to be installed. Absent for a matrix that was checked before: its wheels may have gone since. */
export function checkEnvironments(
  { file }: Draft,
  entriesFrom: Catalogue,
  catalogue: Catalogue | null,
): readonly Finding[] {
  const findings: Finding[] = catalogue === null ? [] : [...checkWheels(file.environments ?? [], catalogue)];
  const { settings } = file;
  const listed = listEnvironments(file.environments ?? [], entriesFrom);
  const first = new Map<string, number>();
  for (const [index, { name }] of nameEnvironments(listed.map(({ environment }) => environment)).entries()) {
    const { entry = 0, environment, written = true } = listed[index] ?? {};
    const before = first.get(name);
    if (before === undefined) {
      first.set(name, entry);
      continue;
    }
    const given = environment?.name !== undefined;
    const path = ['environments', entry, ...(given ? ['name'] : [])];
    const what = given
      ? `"${name}" is the name of`
      : written
        ? `has the same name, "${name}", as`
        : `stands for "${name}", the name of`;
    const next = written ? 'give each a "name" of its own' : 'narrow one of the two';
    findings.push(atValue(path, `${what} environment ${before + 1}; ${next}`));
  }
  if (settings !== undefined && !Object.hasOwn(settings, 'default')) {
    const message = 'has no "default", which the other settings are compared with; add "default: {}"';
    findings.push(atKey(['settings'], message));
  }
  return findings;
}

/** Wheels that name an index of their own are left alone: nobody knows what it serves. */
function checkWheels(entries: readonly EnvironmentEntry[], catalogue: Catalogue): readonly Finding[] {
  return entries.flatMap((entry, index): readonly Finding[] => {
    const path = ['environments', index];
    if (entry.kind === 'catalogue' && listEnvironments([entry], catalogue).length === 0) {
      const message =
        'fits no wheel of the catalogue; `bench catalogue` lists them, and shows what a condition leaves: --rocm, --torch, --python';
      return [atValue(path, message)];
    }
    if (entry.kind === 'catalogue') return [];
    const { wheel } = declarationOf(entry);
    // Without a ROCm tag it is a wheel of the user's own index; the catalogue knows ROCm wheels only.
    if (wheel === null || wheel.index !== undefined) return [];
    const fault = wheelFault(catalogue, wheel, wheel.python);
    return fault === null ? [] : [atValue([...path, fault.field], fault.message)];
  });
}

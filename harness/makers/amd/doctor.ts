/** The doctor's checks of a ROCm card: its driver, the rights to it, its slot, its parameters, and what it poses as. Pure. */
import { settingsOf } from './settings.ts';
import type { FoundDevice } from '../found.ts';
import type { CardFacts, DoctorChecks } from '../maker.ts';
import { joinGroups, renderChecks } from '../render-files.ts';
import { ok, problem, warning, type Check } from '../../model/check.ts';

const KFD = '/dev/kfd';
const DEVICES = [KFD, '/dev/dri'];
const LOG = 'journalctl -k | grep -i amdgpu';

export function accessChecks(facts: CardFacts): readonly Check[] {
  const { shared, inContainer, renderFiles } = facts;
  const kfd = shared.get(KFD) ?? 'absent';
  if (kfd === 'absent') {
    const mend = inContainer
      ? 'start the container with --device /dev/kfd --device /dev/dri'
      : 'sudo modprobe amdgpu   (then: journalctl -k | grep -i kfd)';
    const saw = inContainer ? 'not passed into this container' : 'absent: the AMD compute driver is not loaded';
    return [problem('kfd', KFD, saw, mend), ...(renderFiles.length === 0 ? [] : renderChecks(facts, DEVICES, LOG))];
  }
  return [
    kfd === 'usable'
      ? ok('kfd', KFD, 'can be opened')
      : problem('kfd', KFD, 'this user may not open it', joinGroups(facts, DEVICES)),
    ...renderChecks(facts, DEVICES, LOG),
  ];
}

export function cardChecks(chosen: FoundDevice): readonly Check[] {
  return [...(chosen.integrated ? [] : [atomics(chosen)]), ...parameters(chosen)];
}

function atomics({ details }: FoundDevice): Check {
  const can = details?.pcieAtomics ?? null;
  if (can === null) return ok('pcie-atomics', 'PCIe atomics', 'the driver does not tell');
  const link = details?.pcieLink ?? null;
  const said = `${can ? 'yes' : 'no'}${link === null ? '' : `; link ${link}`}`;
  return can
    ? ok('pcie-atomics', 'PCIe atomics', said)
    : warning(
        'pcie-atomics',
        'PCIe atomics',
        `${said}: the driver takes the card all the same, but some kernels fail`,
        'put the card into a slot of the processor, and update the BIOS',
      );
}

/** Those that decide what a hang does; each with the value that an unattended run wants. */
function parameters(chosen: FoundDevice): readonly Check[] {
  const wrong = settingsOf(chosen);
  if (wrong.length > 0) return wrong.map(({ name, saw, mend }) => warning(name, 'amdgpu', saw, mend));
  const given = chosen.details?.moduleParameters ?? {};
  const shown = ['sched_policy', 'cwsr_enable', 'noretry', 'mes', 'gpu_recovery'].flatMap((name) =>
    given[name] === undefined ? [] : [`${name}=${given[name]}`],
  );
  return [ok('amdgpu', 'amdgpu', shown.length === 0 ? 'its parameters cannot be read here' : shown.join(' '))];
}

export const OVERRIDE = 'HSA_OVERRIDE_GFX_VERSION';
/** Cards that run code of a near relative when they pose as it. */
const POSES: readonly (readonly [card: RegExp, value: string, chip: string])[] = [
  [/^gfx101[0-2]$/, '10.3.0', 'gfx1030'],
  [/^gfx103[1-6]$/, '10.3.0', 'gfx1030'],
];

export const shellChecks: DoctorChecks['shell'] = ({ target }, ambient) => {
  if (target === null) return [];
  const set = ambient[OVERRIDE] ?? '';
  const pose = POSES.find(([cards]) => cards.test(target));
  if (pose === undefined) {
    const none = `${target} needs none with a wheel that holds its code`;
    return set === ''
      ? [ok('override', 'Override', none)]
      : [warning('override', 'Override', `${set} in your shell, but ${none}`, `unset ${OVERRIDE}`)];
  }
  const [, value, chip] = pose;
  const say = `${OVERRIDE}: ${target} runs the public wheels as ${chip}: ${value}`;
  if (set === '') return [ok('override', 'Override', `${say}, in the matrix under env: (matrices/conv2d.yml has it)`)];
  if (set === value) return [ok('override', 'Override', `${say}; your shell has it too, and probes get the matrix's`)];
  const danger = ['11.0.0', '9.4.0'].includes(set) ? '; this value has reset RDNA1 cards and locked machines' : '';
  return [warning('override', 'Override', `${set} in your shell; ${say}${danger}`, `export ${OVERRIDE}=${value}`)];
};

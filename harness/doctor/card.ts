/** Checks of the card, its driver and this user's rights. Pure; only for those who want to measure on a card. */
import { ok, problem, warning, type Facts, type Finding } from './facts.ts';

const LOGIN = 'log out and in again   (or: newgrp render)';

export function cardFindings(facts: Facts): readonly Finding[] {
  if (facts.wanted === 'cpu' || facts.wanted === 'simulated') return [];
  const { chosen } = facts;
  if (chosen?.kind === 'cuda') return [card(facts), ...desktop(facts), kernel(facts)];
  return [
    ...driver(facts),
    ...rights(facts),
    card(facts),
    ...desktop(facts),
    ...atomics(facts),
    kernel(facts),
    ...parameters(facts),
  ];
}

function hasNvidia({ discovery }: Facts): boolean {
  return discovery.devices.some(({ kind }) => kind === 'cuda');
}

function driver(facts: Facts): readonly Finding[] {
  const { kfd, inContainer, wanted } = facts;
  if (kfd === 'absent') {
    const mend = inContainer
      ? 'start the container with --device /dev/kfd --device /dev/dri'
      : 'sudo modprobe amdgpu   (then: journalctl -k | grep -i kfd)';
    // A box with an NVIDIA card has none, and needs none. A container shows an AMD card under /sys whether it was given the device files or not.
    return wanted === 'rocm' || !hasNvidia(facts)
      ? [
          problem(
            'kfd',
            '/dev/kfd',
            inContainer ? 'not passed into this container' : 'absent: the AMD compute driver is not loaded',
            mend,
          ),
        ]
      : [];
  }
  if (kfd === 'usable') return [ok('kfd', '/dev/kfd', 'can be opened')];
  return [problem('kfd', '/dev/kfd', 'this user may not open it', join(facts))];
}

/** How to get the right to open the files. */
function join({ user, deviceGroups, inContainer }: Facts): string {
  const missing = deviceGroups.filter((group) => !user.groups.includes(group));
  if (missing.length > 0 && missing.every((group) => user.pending.includes(group))) return LOGIN;
  const groups = missing.length > 0 ? missing : ['render', 'video'];
  if (inContainer)
    return `start the container with ${groups.map((group) => `--group-add ${group}`).join(' ')} --device /dev/kfd --device /dev/dri`;
  return `sudo usermod -aG ${groups.join(',')} $USER   and log in again`;
}

function rights(facts: Facts): readonly Finding[] {
  const { renderFiles, user, kfd } = facts;
  if (renderFiles.length === 0) {
    return kfd === 'absent'
      ? []
      : [
          problem(
            'render',
            'Render files',
            'no /dev/dri/renderD*',
            facts.inContainer ? 'start the container with --device /dev/dri' : 'journalctl -k | grep -i amdgpu',
          ),
        ];
  }
  const denied = renderFiles.filter(({ access }) => access !== 'usable').map(({ path }) => path);
  if (denied.length === renderFiles.length)
    return [
      problem(
        'render',
        'Render files',
        `${denied.join(', ')}: this user may not open ${denied.length === 1 ? 'it' : 'them'}`,
        join(facts),
      ),
    ];
  if (denied.length > 0)
    return [warning('render', 'Render files', `this user may not open ${denied.join(', ')}`, join(facts))];
  const member = user.root
    ? 'as root'
    : `groups ${user.groups.filter((group) => /^(?:render|video)$/.test(group)).join(', ') || 'are not needed here'}`;
  return [
    ok(
      'render',
      'Render files',
      `${renderFiles.map(({ path }) => path.replace('/dev/dri/', '')).join(', ')}, ${member}`,
    ),
  ];
}

function card({ chosen, discovery, wanted, kfd }: Facts): Finding {
  if (chosen !== null) {
    const { name, target, pciAddress, details } = chosen;
    const known = [
      target,
      pciAddress,
      details?.vramMib === null || details?.vramMib === undefined ? null : `${details.vramMib} MiB`,
      details?.driver,
    ];
    return ok('card', 'Card', [name, ...known.filter((text) => text !== null && text !== undefined)].join(', '));
  }
  const first = discovery.devices.find(({ kind, problem: why }) => kind !== 'cpu' && why !== null);
  if (first?.problem !== undefined && first.problem !== null)
    return problem(
      'card',
      'Card',
      `${first.name}: ${first.problem}`,
      `mend ${kfd === 'usable' ? 'that' : 'what stands above'}, then ask again: bench doctor`,
    );
  const where = discovery.looked.find(({ saw }) => /AMD card/.test(saw));
  if (where !== undefined) return problem('card', 'Card', where.saw, 'journalctl -k | grep -iE "kfd|amdgpu"');
  return problem(
    'card',
    'Card',
    wanted === 'cuda' ? 'no NVIDIA card' : wanted === 'rocm' ? 'no ROCm card' : 'no ROCm or NVIDIA card',
    'without one: bench run <matrix> --device simulated, or --device cpu',
  );
}

function desktop({ chosen, display, survey }: Facts): readonly Finding[] {
  if (chosen === null) return [];
  const lit = display?.lit ?? [];
  const others = survey.map((text): Finding =>
    warning('card-use', 'In use', text, 'close it, or stop it while you measure'),
  );
  if (lit.length === 0) return [ok('desktop', 'Desktop', 'the card drives no monitor'), ...others];
  return [
    warning(
      'desktop',
      'Desktop',
      `the card drives a monitor (${lit.join(', ')}): a hang may freeze the desktop`,
      'sudo systemctl isolate multi-user.target   and work over ssh',
    ),
    ...others,
  ];
}

function atomics({ chosen }: Facts): readonly Finding[] {
  const can = chosen?.details?.pcieAtomics;
  if (chosen?.kind !== 'rocm' || chosen.integrated) return [];
  if (can === true) return [ok('pcie-atomics', 'PCIe atomics', `yes${link(chosen.details?.pcieLink)}`)];
  if (can === false)
    return [
      warning(
        'pcie-atomics',
        'PCIe atomics',
        `no${link(chosen.details?.pcieLink)}: the driver takes the card all the same, but some kernels fail`,
        'put the card into a slot of the processor, and update the BIOS',
      ),
    ];
  return [ok('pcie-atomics', 'PCIe atomics', 'the driver does not tell')];
}

function link(text: string | null | undefined): string {
  return text === null || text === undefined ? '' : `; link ${text}`;
}

function kernel({ kernel: release }: Facts): Finding {
  return release === null
    ? warning('kernel', 'Kernel', 'its release could not be read', 'mount /proc')
    : ok('kernel', 'Kernel', release);
}

/** Those that decide what a hang does; each with the value that an unattended run wants. */
function parameters({ chosen }: Facts): readonly Finding[] {
  const given = chosen?.details?.moduleParameters ?? {};
  if (chosen?.kind !== 'rocm') return [];
  const found: Finding[] = [];
  if (/^[1-9Y]/.test(given['halt_if_hws_hang'] ?? '')) {
    found.push(
      warning(
        'halt_if_hws_hang',
        'amdgpu',
        'halt_if_hws_hang is on: after a hang the card stays halted',
        'echo 0 | sudo tee /sys/module/amdgpu/parameters/halt_if_hws_hang',
      ),
    );
  }
  if (given['gpu_recovery'] === '0') {
    found.push(
      warning(
        'gpu_recovery',
        'amdgpu',
        'gpu_recovery is 0: the driver does not reset a hung card, and the first hang may end the run',
        'boot with amdgpu.gpu_recovery=1',
      ),
    );
  }
  if (found.length > 0) return found;
  const shown = ['sched_policy', 'cwsr_enable', 'noretry', 'mes', 'gpu_recovery'].flatMap((name) =>
    given[name] === undefined ? [] : [`${name}=${given[name]}`],
  );
  return [ok('amdgpu', 'amdgpu', shown.length === 0 ? 'its parameters cannot be read here' : shown.join(' '))];
}

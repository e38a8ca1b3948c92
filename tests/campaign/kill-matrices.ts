/** Simulated runs of a few seconds that have everything in them: passes, stubborn hangs, crashes, wrong results, slow searches. */
import type { Stage } from './stage.ts';

/** 1 card second is 2 ms, so that a hang costs 2 s of silence (searches write to the disk), and nothing else has a limit near. Hangs leave processes behind that only a marker finds. */
const MODEL = `schema: 1
name: hard-to-kill
description: a campaign's own
device: { name: test card, target: gfx1010 }
time_scale: 0.002
rules:
  - when: { rocm: '5.3', size: { gt: 20 }, in_channels: 16 }
    fate: { kind: hang, ignore_term: true, grandchild: true, new_session: true }
  - when: { size: 12, in_channels: 3 }
    fate: { kind: crash, signal: SIGSEGV, log: 'Memory access fault by GPU node-1 (Agent handle: 0x5581) on address 0x7f. Reason: Unknown.' }
  - when: { size: 16, in_channels: 3 }
    fate: { kind: wrong-result, max_error: 0.5 }
  - when: { size: 20, in_channels: 3 }
    fate: { kind: slow-search, seconds: 60 }
default: { kind: pass, seconds: 20 }
`;

export type KillStrategy = 'grid' | 'line';

const SIZES = { grid: [8, 12, 16, 20, 24], line: [8, 12, 16, 20, 24, 28, 32, 40, 48, 56, 64] };

/** Writes model and matrix; returns the matrix's path. */
export async function killMatrix(
  stage: Stage,
  strategy: KillStrategy,
  sizes: readonly number[] = SIZES[strategy],
): Promise<string> {
  await stage.write('model.yml', MODEL);
  return stage.write(
    `${strategy}.yml`,
    `schema: 1
name: kill-${strategy}
probe: conv2d
device: simulated
simulate: ./model.yml
environments:
  - { kind: wheel, rocm: '5.2', torch: 1.13.1 }
  - { kind: wheel, rocm: '5.3', torch: 2.0.1 }
axes:
  channels: { zip: [in_channels, out_channels], values: [[16, 32], [3, 16]] }
  size: [${sizes.join(', ')}]
constants: { kernel: 3, padding: 1 }
bad: [hang, unkillable, host-lost, crash]
search: { strategy: ${strategy}, axis: size }
watchdog:
  deadlines: { device: 10h, allocate: 10h, first-run: 1000s, steady: 10h, verify: 10h }
  hard_limit: 10h
  adaptive: { at_least: 1000s }
health: { deadline: 10h }
`,
  );
}

/** A scene without an attempt: recorded trees in place of /proc and /sys, or real processes. */
import { join } from 'node:path';
import type { DeviceInfo } from '../../../harness/model/events.ts';
import { outputFiles } from '../../../harness/supervisor/output-files.ts';
import type { Scene } from '../../../harness/supervisor/evidence/collector.ts';
import type { ProcessStat } from '../../../harness/machine/processes/stat.ts';
import { now } from '../../../harness/machine/time.ts';

export const RECORDED = join(import.meta.dirname, '..', '..', 'fixtures', 'evidence', 'hung-on-card');

export const CARD: DeviceInfo = {
  kind: 'rocm',
  name: 'AMD Radeon RX 5600 XT',
  target: 'gfx1010',
  pciAddress: '0000:03:00.0',
  simulation: null,
};

/** The main process of the recorded tree. */
export const HUNG: ProcessStat = {
  pid: 4242,
  startTicks: 1000,
  name: 'python3',
  state: 'S',
  parent: 4200,
  group: 4242,
  session: 4242,
  cpuTicks: 500,
  threads: 2,
  isKernelThread: false,
  thread: 0,
};

export function sceneOf(changes: Partial<Scene> & { readonly root?: string } = {}): Scene {
  const { root = RECORDED, ...rest } = changes;
  return {
    processes: [HUNG],
    seenAt: now(),
    files: outputFiles('/nowhere'),
    card: CARD,
    nativeStacks: 'auto',
    roots: { proc: join(root, 'proc'), sys: join(root, 'sys') },
    ...rest,
  };
}

export const NO_SIGNAL = new AbortController().signal;

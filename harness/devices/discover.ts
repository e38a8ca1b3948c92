/** What this machine has to measure on. Looks only; opens no device and asks no vendor tool, for those hang on a sick machine. */
import { machineAt } from './machine.ts';
import type { Discovery, Machine } from '../makers/found.ts';
import { ALL_MAKERS } from '../makers/makers.ts';

/** Cards in the order in which `auto` takes them, then the CPU. Never rejects; bounded to 2 s for each file that does not answer. */
export async function discover(machine: Machine = machineAt('/')): Promise<Discovery> {
  const found = await Promise.all(ALL_MAKERS.map((maker) => maker.discover(machine)));
  return { devices: found.flatMap(({ devices }) => devices), looked: found.flatMap(({ looked }) => looked) };
}

/** Names that tie a comment and its files to one matrix on one machine, and give away nothing of either owner or host. Pure. */
import { createHash } from 'node:crypto';
import type { Results } from '../model/results/results.ts';
import { nameOf, type IssueTarget } from './target.ts';

const MIB_IN_GIB = 1024;

/**
 * 12 hex digits of what results.json tells of card and processor: the same for every night on one machine and for every copy of the folder.
 * `name` (from --machine) tells machines apart that are built alike; only its hash is shown. The kernel is left out: it changes with updates.
 */
export function machineId({ device, host }: Results, name: string | null): string {
  // The memory that the kernel reports changes a little with its version.
  const memory = Math.round(host.memoryMib / MIB_IN_GIB);
  return digest([
    device.kind,
    device.name,
    device.target,
    device.pciAddress,
    device.details?.pciIds ?? null,
    host.cpu,
    memory,
    name,
  ]);
}

/** The first line of the sticky comment. GitHub does not show it. */
export function marker(matrix: string, machine: string): string {
  return `<!-- bench-report matrix="${matrix.replaceAll(/[^\w.+-]|--/g, '_')}" machine="${machine}" -->`;
}

/** One comment's share of a release that many comments use. */
export function slotOf(issue: IssueTarget, matrix: string, machine: string): string {
  return digest([`${nameOf(issue).toLowerCase()}#${issue.number}`, matrix, machine]);
}

/** The name says what is in it: a file that is there already need not be sent again, and an old link never shows new content. */
export function assetName(matrix: string, slot: string, content: Buffer, file: string): string {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 12);
  // GitHub would rename anything else.
  return `${matrix}.${slot}.${hash}.${file}`.replaceAll(/[^A-Za-z0-9._-]/g, '-').replaceAll(/\.{2,}/g, '.');
}

/** Whether a file of the release was put there for this slot. */
export function isOfSlot(name: string, slot: string): boolean {
  return new RegExp(`\\.${slot}\\.[0-9a-f]{12}\\.`).test(name);
}

function digest(parts: readonly unknown[]): string {
  return createHash('sha256')
    .update(JSON.stringify(['bench', ...parts]))
    .digest('hex')
    .slice(0, 12);
}

/** Which file a matrix means by `probe`. */
import { readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { UsageError } from '../../model/errors.ts';
import { packageRoot } from '../../machine/installation.ts';

/** Probes that come with the program. */
export function builtInProbes(): readonly string[] {
  const parts = new Set(['worker', 'simulated']);
  return readdirSync(join(packageRoot(), 'python-probes'))
    .filter((name) => name.endsWith('.py'))
    .map((name) => name.slice(0, -'.py'.length))
    .filter((name) => !parts.has(name));
}

/** Whether `probe` is a path and not the name of a built-in one. */
export function isProbePath(probe: string): boolean {
  return probe.startsWith('./') || probe.startsWith('../') || probe.startsWith('/');
}

/** A name of a built-in probe, or a path that is relative to the matrix file → absolute path. UsageError `probe-missing`. */
export function probePath(probe: string, matrixFile: string): string {
  const isPath = isProbePath(probe);
  const path = isPath ? resolve(dirname(matrixFile), probe) : join(packageRoot(), 'python-probes', `${probe}.py`);
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === true && (isPath || builtInProbes().includes(probe)))
    return path;
  throw new UsageError(
    'probe-missing',
    isPath ? `the probe ${probe} is not a file (looked for ${path})` : `there is no probe called ${probe}`,
    `built-in probes: ${builtInProbes().join(', ')}; a probe of your own is a path that begins with "./", see docs/writing-a-probe.md`,
  );
}

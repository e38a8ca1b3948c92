/** What this machine lets a campaign do. */
import { execFileSync } from 'node:child_process';

/** Why `unshare` with these namespaces and this test does not work here; null when it does. */
export function unshareMissing(
  flags: readonly string[],
  test: readonly [string, ...string[]] = ['true'],
): string | null {
  try {
    execFileSync('unshare', [...flags, ...test], { stdio: 'ignore', timeout: 10_000 });
    return null;
  } catch {
    return `unshare ${flags.join(' ')} ${test.join(' ')} does not work here`;
  }
}

export const isRoot = process.getuid?.() === 0;

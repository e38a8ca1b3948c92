/** The one way to skip a test: it says so on standard output, where tests/run.ts counts it. With CI=true only ci/allowed-skips.txt may. */
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Test } from 'uvu';

/** Skips `name` of `suite`, both in uvu's count and in words. `moduleUrl` is the caller's `import.meta.url`. */
export function skip<T>(suite: Test<T>, moduleUrl: string, name: string, reason: string): void {
  const file = relative(fileURLToPath(new URL('..', import.meta.url)), fileURLToPath(moduleUrl));
  console.log(`SKIP ${file}: ${name}: ${reason}`);
  suite.skip(name, () => undefined);
}

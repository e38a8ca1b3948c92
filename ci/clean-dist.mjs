// A build must not leave the output of a source file that is gone: it would still be importable.
import { rmSync } from 'node:fs';

rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true });

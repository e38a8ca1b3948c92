/** Debian's python3 may come without what venv needs. */
import { execFileSync } from 'node:child_process';

export function canMakeVenvs(python: string): boolean {
  try {
    execFileSync(python, ['-c', 'import venv, ensurepip'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

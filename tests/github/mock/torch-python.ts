/** A Python with torch on this machine; null where there is none. */
import { execa } from 'execa';

export async function torchPython(): Promise<string | null> {
  for (const python of [process.env['BENCH_TORCH_PYTHON'] ?? '', '/usr/bin/python3', 'python3']) {
    if (python === '') continue;
    const { exitCode } = await execa(python, ['-c', 'import torch'], { reject: false, timeout: 240_000 });
    if (exitCode === 0) return python;
  }
  return null;
}

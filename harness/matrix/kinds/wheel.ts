/** A torch wheel in a virtual environment of its own. */
import { z } from 'zod';
import { EnvironmentCommon, type Declaration, type Download } from './declaration.ts';
import { Version } from '../names.ts';
import { wheelVersions, type NamedWheel } from '../../catalogue/differences.ts';
import { fileOf } from '../../catalogue/rows/files.ts';
import type { Catalogue } from '../../catalogue/types.ts';

export const WheelSpec = z
  .strictObject({
    kind: z
      .literal('wheel')
      .describe('A venv with one torch wheel for one ROCm version; the wheel carries the whole user space.'),
    ...EnvironmentCommon,
    torch: Version.describe('Version of torch, in quotes, for example "1.13.1".'),
    rocm: Version.optional().describe(
      'ROCm tag of the wheel, in quotes, for example "5.2" or "5.4.2". Without it: the wheel that your package index serves for this torch, for the CPU or CUDA.',
    ),
    python: Version.default('3.10').describe('Python version. 3.10 has a wheel for every torch from 1.11 to 2.12.'),
    index: z
      .url()
      .optional()
      .describe(
        'Index that serves the wheel. By default the public PyTorch index of this ROCm tag; without `rocm` what pip or uv are configured with.',
      ),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, { error: 'is no sha256; write 64 hexadecimal digits in lower case' })
      .optional()
      .describe('Checksum of the wheel. A file with another one is refused.'),
  })
  .describe('A torch wheel for one ROCm version, installed into a venv of its own.');

/** Without a ROCm version: the wheel of some package index, for the CPU or CUDA. */
export function declaredWheel(wheel: NamedWheel): Declaration {
  const { torch, rocm, python, index } = wheel;
  return {
    nickname: rocm === undefined ? `torch${torch}` : `rocm${rocm}-torch${torch}`,
    torch,
    rocm: rocm ?? null,
    wheel: rocm === undefined ? null : { torch, rocm, python, index },
    download: (catalogue) => download(wheel, catalogue),
    versions: (catalogue) => wheelVersions(wheel, catalogue),
  };
}

/** torch alone: torch 2.0 and later also take pytorch-triton-rocm, which is far smaller. */
function download({ torch, rocm, python, index }: NamedWheel, catalogue: Catalogue): Download {
  if (rocm === undefined) return { kind: 'wheel', file: `torch ${torch}`, bytes: null };
  const { name: file, size } = fileOf({ torch, rocm }, python, catalogue);
  // What another index serves under this name may weigh something else.
  return { kind: 'wheel', file, bytes: index === undefined ? (size?.bytes ?? null) : null };
}

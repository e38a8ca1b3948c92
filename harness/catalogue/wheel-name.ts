/** Names of torch wheels: of files, as an index lists them, and as people write them. */
import { isOlder, pythonTag } from './order.ts';

export interface WheelName {
  readonly torch: string;
  readonly rocm: string;
  /** What follows the ROCm tag, such as ".git4e7ae583". */
  readonly build: string;
  /** "cp310" */
  readonly python: string;
  readonly platform: string;
}

const FILE =
  /^torch-([0-9][0-9A-Za-z.]{0,40})\+rocm([0-9]+(?:\.[0-9]+)*)([0-9A-Za-z.]{0,60})-(cp3[0-9]{1,2})-cp3[0-9]{1,2}[a-z]?-([A-Za-z0-9_.]{1,80})\.whl$/;

/** null for everything but a CPython wheel of torch for ROCm. `file` is decoded: "torch-2.2.2+rocm5.7-cp310-cp310-linux_x86_64.whl". */
export function parseFileName(file: string): WheelName | null {
  const [, torch, rocm, build = '', python, platform] = FILE.exec(file) ?? [];
  return torch === undefined || rocm === undefined || python === undefined || platform === undefined
    ? null
    : { torch, rocm, build, python, platform };
}

/** As the index has it. */
export function fileName({ torch, rocm, build, python, platform }: WheelName): string {
  // CPython before 3.8 marks its ABI with an m.
  const abi = ['cp36', 'cp37'].includes(python) ? `${python}m` : python;
  return `torch-${torch}+rocm${rocm}${build}-${python}-${abi}-${platform}.whl`;
}

/** Of the public index: the glibc that is asked for rose with torch 2.6. */
export function platformOf(torch: string): string {
  return isOlder(torch, '2.6.0') ? 'linux_x86_64' : 'manylinux_2_28_x86_64';
}

/** Wheels built against NumPy 1 warn at every import and cannot hand arrays to NumPy 2. null: any version does. */
export function numpyLimit(torch: string): string | null {
  return isOlder(torch, '2.3') ? 'numpy<2' : null;
}

export interface Written {
  readonly torch: string;
  readonly rocm: string;
  readonly build: string;
  /** "cp310", where a Python was written as well. */
  readonly python: string | null;
}

/** "torch==2.2.2+rocm5.7", "2.2.2+rocm5.7", "rocm5.7-torch2.2.2" or a file's name; null for anything else. */
export function parseWritten(text: string): Written | null {
  const file = parseFileName(text.trim());
  if (file !== null) return file;
  const [, torch, rocm, build = ''] =
    /^(?:torch\s*==?\s*)?v?(\d[0-9A-Za-z.]*)\+?\s*rocm(\d+(?:\.\d+)*)([0-9A-Za-z.]*)$/.exec(text.trim()) ?? [];
  if (torch !== undefined && rocm !== undefined) return { torch, rocm, build, python: null };
  const [, tag, version, python] =
    /^rocm(\d+(?:\.\d+)*)-torch(\d[0-9A-Za-z.]*?)(?:-py(3\.\d+))?$/.exec(text.trim()) ?? [];
  return tag === undefined || version === undefined
    ? null
    : { torch: version, rocm: tag, build: '', python: python === undefined ? null : pythonTag(python) };
}

/** "2.2.2+rocm5.7" */
export function wheelId({
  torch,
  rocm,
  build,
}: {
  readonly torch: string;
  readonly rocm: string;
  readonly build?: string;
}): string {
  return `${torch}+rocm${rocm}${build ?? ''}`;
}

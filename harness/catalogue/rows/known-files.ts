/** What is known of single files: checksums and sizes found in public text, by wheel. The index itself carries more: `bench catalogue update` reads it. */
import type { Size } from '../types.ts';

/**
 * "torch+rocm" → CPython tag → sha256. Left out on purpose: 992c1ffb…3269, found for a cp312 wheel of ROCm 6.0 whose torch version (2.3.0) is
 * only inferred; a wrong checksum would refuse a good file.
 */
export const KNOWN_SHA256: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '1.12.1+rocm5.1.1': { cp310: '90d4a10f1f3c0598d14215a09ec689013f215e74ad54c535ba03cd30425c8270' },
  '1.13.1+rocm5.2': { cp310: 'f3685d08ac0d8c951cc367f9bd4b2c924c5d4517669c476807748abcd966136f' },
  '2.3.1+rocm6.0': { cp312: '7d0aac31a5d76a6f737238725baecf35a6924f333f60a075ef5856c9e3212045' },
  '2.4.1+rocm6.0': { cp311: 'ebc8d933621f911132b3146d4ffc0e456c89d93c0f70ba20b49790d2cb65a08c' },
  '2.7.1+rocm6.3': { cp312: 'b0c10342f64a34998ae8d5084aa1beae7e11defa46a4e05fe9aa6f09ffb0db37' },
  '2.9.1+rocm6.4': { cp312: '43471c9e4520402b5feeebd6c6d180e8bf2314402925798fe219c32fecd1ef95' },
};

/** Of one file each; it is not said of which Python, and they do not differ much. */
export const KNOWN_SIZES: Readonly<Record<string, Size>> = {
  '1.13.1+rocm5.2': { bytes: 1.3e9, quality: 'about' },
  '2.5.1+rocm6.2': { bytes: 3973.5e6, quality: 'about' },
  '2.8.0+rocm6.4': { bytes: 3607.1e6, quality: 'about' },
  // 4.3 to 4.4 GB.
  '2.9.1+rocm6.4': { bytes: 4.35e9, quality: 'about' },
};

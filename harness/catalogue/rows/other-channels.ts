/** What is not in the list of stable wheels: each seen by full name in public text, and none of these lists is complete. Data only. */
import type { Channel, Container, Wheel } from '../types.ts';

export const CHANNEL_FACTS: readonly Channel[] = [
  {
    id: 'stable',
    title: "PyTorch's stable wheels, complete as of 2026-06-18",
    indexes: ['https://download.pytorch.org/whl/rocm<X>', 'https://download.pytorch.org/whl/torch/'],
    notes: ['Linux x86_64. Downloads may be redirected to download-r2.pytorch.org.'],
    source:
      'scrape of download.pytorch.org/whl/torch/ of 2026-06-18 (DanielHou315/pytorch_compatibilities, data/torch_matrix.json, ba482ab6)',
  },
  {
    id: 'later',
    title: 'stable wheels seen singly since then',
    indexes: ['https://download.pytorch.org/whl/rocm<X>'],
    notes: ['torchvision 0.28 goes with torch 2.13, and 0.29 with 2.14. `bench catalogue update` finds the others.'],
    source: 'public text; ROCm/TheRock RELEASES.md',
  },
  {
    id: 'amd',
    title: "AMD's own wheels",
    indexes: ['https://repo.radeon.com/rocm/manylinux/rocm-rel-<X>/'],
    notes: [
      'Built by AMD: they differ from the wheels of pytorch.org in more than torch and ROCm. A bridge, not a proof.',
    ],
    source: 'listings of repo.radeon.com',
  },
  {
    id: 'nightly',
    title: "PyTorch's nightly wheels seen by full name",
    indexes: ['https://download.pytorch.org/whl/nightly/rocm<X>'],
    notes: ['Deleted regularly: each may be gone. Keep a copy of one that you need.'],
    source: 'public text and install instructions',
  },
  {
    id: 'gfx1010',
    title: 'native wheels for RDNA1 cards (AMD TheRock nightlies)',
    indexes: ['https://rocm.nightlies.amd.com/whl-multi-arch/', 'https://rocm.nightlies.amd.com/v2/gfx101X-dgpu/'],
    notes: [
      'From the first index: torch[device-gfx1010]. The second is the older one for the whole family.',
      'Run them WITHOUT HSA_OVERRIDE_GFX_VERSION. They tell "the card" from "the override".',
      'Their versions change daily and are not listed here: bench catalogue update --index <one of these>.',
    ],
    source: 'ROCm/TheRock SUPPORTED_GPUS.md and RELEASES.md, head 89553ce3, 2026-08-22',
  },
  {
    id: 'container',
    title: 'rocm/pytorch images',
    indexes: [],
    notes: ["They hold a system ROCm and AMD's own build of MIOpen, so they are not the same experiment as a wheel."],
    source: 'tags seen in public text',
  },
];

const UNKNOWN = {
  build: '',
  platform: null,
  torchvision: null,
  miopen: null,
  lookup: null,
  files: {},
  size: null,
  onPage: 'unchecked',
  note: null,
} as const;

export const LATER: readonly Wheel[] = [
  {
    ...UNKNOWN,
    channel: 'later',
    torch: '2.14.1',
    rocm: '7.2',
    index: 'https://download.pytorch.org/whl/rocm7.2',
    pythons: ['cp312'],
    pythonsComplete: false,
    platform: { value: 'manylinux_2_28_x86_64', status: 'confirmed' },
    torchvision: { value: '0.29', status: 'inferred' },
    miopen: { value: '3.5', status: 'inferred' },
    gfx1030: true,
    lookup: 'RPATH',
    files: {
      cp312: {
        name: 'torch-2.14.1+rocm7.2-cp312-cp312-manylinux_2_28_x86_64.whl',
        url: null,
        sha256: 'fc35e48fd83329f5d60ab925951d138edb5a6fce84323600703637fbc693541c',
        size: { bytes: 6e9, quality: 'least' },
      },
    },
    source: 'public text',
    note: 'seen singly after the scrape',
  },
];

interface AmdRow {
  readonly rocm: string;
  readonly torch: string;
  readonly build?: string;
  readonly sha256?: Readonly<Record<string, string>>;
}

const AMD_ROWS: readonly AmdRow[] = [
  { rocm: '5.7', torch: '2.0.1' },
  { rocm: '6.0.2', torch: '2.1.2' },
  {
    rocm: '6.1',
    torch: '2.1.2',
    sha256: { cp310: 'd19e70296deabe78059fcd06bd86b2ee0a18848fd2f08ca14bae2aafd9640146' },
  },
  {
    rocm: '6.4.1',
    torch: '2.4.1',
    build: '.git4e7ae583',
    sha256: { cp310: '39287cb8d52e4a71eb7194727365aa6be767da614fa5e44468155c90ba4a4e0c' },
  },
  {
    rocm: '6.4.1',
    torch: '2.6.0',
    build: '.git1ded221d',
    sha256: { cp312: '6b141e1a03148b007c6217519cd9947d760123ded5caebadffec22cba7358d2d' },
  },
  { rocm: '6.4.2', torch: '2.6.0' },
  { rocm: '7.2.1', torch: '2.9.1' },
];

export const AMD: readonly Wheel[] = AMD_ROWS.map(({ rocm, torch, build = '', sha256 = {} }): Wheel => ({
  ...UNKNOWN,
  channel: 'amd',
  torch,
  rocm,
  build,
  index: `https://repo.radeon.com/rocm/manylinux/rocm-rel-${rocm}/`,
  pythons: Object.keys(sha256),
  pythonsComplete: false,
  gfx1030: null,
  files: Object.fromEntries(
    Object.entries(sha256).map(([python, hash]) => [python, { name: null, url: null, sha256: hash, size: null }]),
  ),
  source: 'listing of repo.radeon.com',
}));

type NightlyRow = readonly [
  rocm: string,
  torch: string,
  pythons: string,
  more?: { readonly platform?: string; readonly torchvision?: string; readonly note?: string },
];

const NIGHTLY_ROWS: readonly NightlyRow[] = [
  ['5.2', '2.0.0.dev20230209', 'cp38 cp39 cp310', { torchvision: '0.15.0.dev20230209' }],
  ['5.3', '2.0.0.dev20230206', 'cp38 cp39 cp310'],
  ['5.3', '2.0.0.dev20230207', 'cp38 cp39 cp310'],
  ['5.4.2', '2.1.0.dev20230308', ''],
  ['5.6', '2.1.0.dev20230817', ''],
  ['5.7', '2.2.0.dev20231010', '', { note: 'answered HTTP 403 later' }],
  ['5.7', '2.3.0.dev20240110', ''],
  ['6.1', '2.5.0.dev20240710', ''],
  ['6.1', '2.6.0.dev20241223', '', { platform: 'manylinux_2_28_x86_64' }],
  ['6.2', '2.5.0.dev20240912', ''],
  ['6.2', '2.6.0.dev20241016', ''],
  ['6.2', '2.6.0.dev20241122', '', { platform: 'linux_x86_64' }],
  ['6.4', '2.8.0.dev20250428', ''],
];

export const NIGHTLY: readonly Wheel[] = NIGHTLY_ROWS.map(([rocm, torch, pythons, more = {}]): Wheel => ({
  ...UNKNOWN,
  channel: 'nightly',
  torch,
  rocm,
  index: `https://download.pytorch.org/whl/nightly/rocm${rocm}`,
  pythons: pythons.split(' ').filter((tag) => tag !== ''),
  pythonsComplete: false,
  platform: more.platform === undefined ? null : { value: more.platform, status: 'confirmed' },
  torchvision: more.torchvision === undefined ? null : { value: more.torchvision, status: 'confirmed' },
  // Built by the same scripts as the stable wheels, from ROCm 4.3 on with gfx1030.
  gfx1030: true,
  source: 'public text',
  note: more.note ?? null,
}));

function image(tag: string, rocm: string, python: string, torch: string | null): Container {
  return { image: `rocm/pytorch:${tag}`, torch, rocm, python, source: 'tag seen in public text' };
}

export const CONTAINERS: readonly Container[] = [
  image('rocm5.0_ubuntu18.04_py3.7_pytorch_staging', '5.0', '3.7', null),
  image('rocm5.1.1_ubuntu20.04_py3.7_pytorch_1.10.0', '5.1.1', '3.7', '1.10.0'),
  image('rocm5.4.1_ubuntu20.04_py3.7_pytorch_1.12.1', '5.4.1', '3.7', '1.12.1'),
  image('rocm5.5_ubuntu20.04_py3.8_pytorch_1.13.1', '5.5', '3.8', '1.13.1'),
  image('rocm5.5_ubuntu20.04_py3.8_pytorch_staging', '5.5', '3.8', null),
  image('rocm5.6_ubuntu20.04_py3.8_pytorch_1.12.1', '5.6', '3.8', '1.12.1'),
  image('rocm5.7_ubuntu20.04_py3.9_pytorch_2.0.1', '5.7', '3.9', '2.0.1'),
  image('rocm5.7_ubuntu22.04_py3.10_pytorch_2.0.1', '5.7', '3.10', '2.0.1'),
  ...['6.4.4', '7.0', '7.0.2', '7.1'].flatMap((rocm) =>
    ['2.7.1', '2.8.0'].map((torch) =>
      image(`rocm${rocm}_ubuntu24.04_py3.12_pytorch_release_${torch}`, rocm, '3.12', torch),
    ),
  ),
];

/**
 * The kinds of device, and what is known of each by heart: names, variables, libraries. Data only; what looks at a machine is in harness/makers.
 * A new kind is a word here with its row, and a maker there.
 */

/** Cards stand in the order in which `auto` takes them. */
export const DEVICE_KINDS = ['rocm', 'cuda', 'xpu', 'cpu', 'simulated'] as const;
export type DeviceKind = (typeof DEVICE_KINDS)[number];

/** What a matrix and the command line accept. */
export const DEVICE_CHOICES = ['auto', ...DEVICE_KINDS] as const;
export type DeviceChoice = (typeof DEVICE_CHOICES)[number];

/** What torch calls the device; `simulated` never reaches torch. */
export type TorchDevice = 'cuda' | 'xpu' | 'cpu' | 'simulated';

export interface MakerRow {
  /** card: has a driver and a PCI address, and takes one run at a time. */
  readonly nature: 'card' | 'processor' | 'simulation';
  /** As in "2 ROCm cards". */
  readonly label: string;
  /** As in "cannot measure on a ROCm card". */
  readonly name: string;
  readonly torchDevice: TorchDevice;
  /** The library below torch that runs convolutions. */
  readonly dnn: string;
  /** What turns it off in torch; null where nothing does. */
  readonly dnnOff: string | null;
  /** What a box needs so that such a card can be measured. */
  readonly needs: string;
  /** Whether `auto` takes graphics in the processor, where nothing better is there. */
  readonly autoTakesGraphics: boolean;
  /** What torch tells of the user space, as headings of a table. */
  readonly headings: { readonly runtime: string; readonly dnn: string };
  /** Whether the catalogue knows which wheels hold code for its chips, and a card may pose as another one. */
  readonly isCatalogued: boolean;
  readonly variables: {
    /** Beginnings of names, without the underscore, and whole names: what they are set to decides results. */
    readonly prefixes: readonly string[];
    readonly names: readonly string[];
    /** They decide which cards a process sees. */
    readonly selectors: readonly string[];
    /** Databases and kernel caches that every attempt gets empty: variable to the folder that it names. */
    readonly folders: Readonly<Record<string, string>>;
  };
  /** Without "lib" and ".so"; each in one of the three. */
  readonly libraries: {
    /** Their version is the version of the user space that was measured. */
    readonly first: readonly string[];
    /** Named in the evidence of a hang as well. */
    readonly named: readonly string[];
    /** They decide as well whether two environments are the same. */
    readonly compared: readonly string[];
    /** Beginnings of the names of parts of one of these: nobody asks for each. */
    readonly parts?: readonly string[];
  };
  /** Programs that compile kernels while a probe runs, as the kernel names them; a version may follow. */
  readonly compilers: readonly string[];
  /** Device files, as patterns of a shell. */
  readonly files: readonly string[];
  /** How messages call such a card. As beginnings of a box's name they tell the card and no owner. */
  readonly words: readonly string[];
}

function list(words: string): readonly string[] {
  return words.split(' ');
}

/** Where torch's own kernels and others keep theirs when they have no variable of their own. */
const FOLDERS_OF_CARDS = { TRITON_CACHE_DIR: 'triton', XDG_CACHE_HOME: 'cache' };

/** What torch itself has its kernels compiled by, on any device. */
const COMMON_COMPILERS = list('clang lld ld.lld llvm llc cc1 cc1plus');

/** torch uses cuDNN's names for MIOpen too. */
const CUDNN_OFF = 'torch.backends.cudnn.enabled = False';

const HEADINGS = { runtime: 'HIP or CUDA', dnn: 'MIOpen or cuDNN' };

const NONE: Pick<
  MakerRow,
  'dnnOff' | 'needs' | 'autoTakesGraphics' | 'headings' | 'isCatalogued' | 'variables' | 'libraries' | 'files' | 'words'
> = {
  dnnOff: null,
  needs: '',
  autoTakesGraphics: false,
  headings: HEADINGS,
  isCatalogued: false,
  variables: { prefixes: [], names: [], selectors: [], folders: {} },
  libraries: { first: [], named: [], compared: [] },
  files: [],
  words: [],
};

export const MAKERS: Readonly<Record<DeviceKind, MakerRow>> = {
  rocm: {
    nature: 'card',
    label: 'ROCm',
    name: 'a ROCm card',
    needs: 'ROCm: /dev/kfd must be open to you (groups render and video)',
    autoTakesGraphics: true,
    // torch calls a ROCm card so too.
    torchDevice: 'cuda',
    dnn: 'MIOpen',
    dnnOff: CUDNN_OFF,
    headings: HEADINGS,
    isCatalogued: true,
    variables: {
      prefixes: list('MIOPEN HSA HIP ROCR AMD ROC GPU ROCBLAS HIPBLASLT'),
      names: [],
      selectors: ['ROCR_VISIBLE_DEVICES', 'HIP_VISIBLE_DEVICES', 'GPU_DEVICE_ORDINAL'],
      folders: {
        MIOPEN_USER_DB_PATH: 'db',
        MIOPEN_CUSTOM_CACHE_DIR: 'kernels',
        AMD_COMGR_CACHE_DIR: 'comgr',
        ...FOLDERS_OF_CARDS,
      },
    },
    libraries: {
      first: list('MIOpen amdhip64 hsa-runtime64 rocblas amd_comgr'),
      named: list('hsakmt hipblas hipblaslt rccl hiprtc drm_amdgpu torch_hip'),
      compared: list(
        'rocsolver rocsparse rocfft rocrand roctx64 roctracer64 rocm_smi64 hipsolver hipsparse hipfft hiprand c10_hip',
      ),
    },
    compilers: [...COMMON_COMPILERS, 'comgr', 'amdgpu-arch', 'hipcc'],
    files: ['/dev/kfd', '/dev/dri/*'],
    words: list('amd gfx hip hsa kfd miopen navi rdna rocm rx vega'),
  },
  cuda: {
    ...NONE,
    nature: 'card',
    label: 'CUDA',
    name: 'a CUDA card',
    needs: 'NVIDIA: --device cuda',
    torchDevice: 'cuda',
    dnn: 'cuDNN',
    dnnOff: CUDNN_OFF,
    variables: {
      prefixes: ['CUDA', 'CUDNN'],
      // Others with this beginning are set by images, or read by those that start containers.
      names: ['NVIDIA_TF32_OVERRIDE'],
      selectors: ['CUDA_VISIBLE_DEVICES', 'CUDA_DEVICE_ORDER'],
      folders: { CUDA_CACHE_PATH: 'kernels', ...FOLDERS_OF_CARDS },
    },
    libraries: {
      first: ['cudart', 'cudnn', 'cublas'],
      named: list('cuda cublasLt nccl nvrtc torch_cuda'),
      compared: list('cufft curand cusolver cusparse nvidia-ml c10_cuda'),
      parts: ['cudnn_'],
    },
    compilers: [...COMMON_COMPILERS, ...list('nvcc cicc ptxas cudafe fatbinary nvlink')],
    files: ['/dev/nvidia*'],
    words: ['cuda', 'nvidia', 'rtx', 'sm'],
  },
  xpu: {
    ...NONE,
    nature: 'card',
    label: 'XPU',
    name: 'an XPU card',
    torchDevice: 'xpu',
    dnn: 'oneDNN',
    needs: 'Intel: /dev/dri must be open to you',
    headings: { runtime: 'SYCL', dnn: 'oneDNN' },
    variables: {
      prefixes: list('ZE ZES ZET SYCL ONEAPI UR ONEDNN DNNL IGC NEO'),
      names: [],
      selectors: ['ONEAPI_DEVICE_SELECTOR', 'ZE_AFFINITY_MASK', 'ZE_ENABLE_PCI_ID_DEVICE_ORDER'],
      folders: { SYCL_CACHE_DIR: 'sycl', NEO_CACHE_DIR: 'kernels', ...FOLDERS_OF_CARDS },
    },
    libraries: {
      first: list('ze_loader ze_intel_gpu sycl igc'),
      named: list('ur_loader ur_adapter_level_zero ur_adapter_opencl torch_xpu'),
      compared: list('c10_xpu igdfcl mkl_sycl_blas mkl_sycl_dft'),
    },
    compilers: [...COMMON_COMPILERS, ...list('ocloc icx icpx dpcpp igc iga sycl-post-link')],
    files: ['/dev/dri/*'],
    words: ['arc', 'intel', 'xe', 'xpu'],
  },
  cpu: {
    ...NONE,
    nature: 'processor',
    label: 'CPU',
    name: 'the CPU',
    torchDevice: 'cpu',
    dnn: 'oneDNN',
    compilers: COMMON_COMPILERS,
  },
  // It stands in for a ROCm card.
  simulated: {
    ...NONE,
    nature: 'simulation',
    label: 'simulated',
    name: 'a simulated card',
    torchDevice: 'simulated',
    dnn: 'MIOpen',
    dnnOff: CUDNN_OFF,
    compilers: COMMON_COMPILERS,
  },
};

const ROWS = DEVICE_KINDS.map((kind) => MAKERS[kind]);

/** Of what a matrix or the command line asks for; `auto` takes a card and nothing else. */
export function natureOf(choice: DeviceChoice): MakerRow['nature'] {
  return choice === 'auto' ? 'card' : MAKERS[choice].nature;
}

/** Of what a matrix or the command line asks for; `auto` may take such a card. */
export function isCatalogued(choice: DeviceChoice): boolean {
  return choice === 'auto' || MAKERS[choice].isCatalogued;
}

/** In the order in which `auto` takes a card. */
export const CARD_KINDS: readonly DeviceKind[] = DEVICE_KINDS.filter((kind) => MAKERS[kind].nature === 'card');

/** "ROCm card", "ROCm or CUDA card", "CPU". */
export function wantedName(choice: DeviceChoice): string {
  if (choice !== 'auto') return MAKERS[choice].name.replace(/^(?:an?|the) /, '');
  const labels = CARD_KINDS.map((kind) => MAKERS[kind].label);
  return `${labels.slice(0, -1).join(', ')} or ${labels.at(-1) ?? ''} card`;
}

/** Of every maker, each once. */
export function ofEveryMaker<T>(pick: (row: MakerRow) => readonly T[]): readonly T[] {
  return [...new Set(ROWS.flatMap(pick))];
}

const prefixes = ofEveryMaker(({ variables }) => variables.prefixes);
const names = ofEveryMaker(({ variables }) => variables.names);
const DECIDES = new RegExp(`^(?:(?:${prefixes.join('|')})_|(?:${names.join('|')})$)`);

/** Whether some maker's libraries read this variable. */
export function isMakersVariable(name: string): boolean {
  return DECIDES.test(name);
}

interface RuntimeVersions {
  readonly hip: string | null;
  readonly cuda: string | null;
  readonly more: Readonly<Record<string, string>>;
}

/** The user space that a torch is built for, as it tells it; null when it tells none. */
export function runtimeOf(told: RuntimeVersions | null): { readonly name: string; readonly version: string } | null {
  if (told === null) return null;
  const all = { HIP: told.hip, CUDA: told.cuda, SYCL: told.more['xpu'] ?? null };
  const [found] = Object.entries(all).flatMap(([name, version]) => (version === null ? [] : [{ name, version }]));
  return found ?? null;
}

/** Of torch, OpenMP and the processor's own libraries. */
const COMMON_NAMED = list('torch_cpu gomp omp iomp5 dnnl mkldnn');
const COMMON_COMPARED = list('torch c10 drm magma openblas openblasp openblas64_p mkl_core mkl_rt');

/** Libraries whose version is the version of the user space or the torch that was measured. */
export const FIRST_LIBRARIES = [...ofEveryMaker(({ libraries }) => libraries.first), 'torch_cpu'];
/** Those that the evidence of a hang names. */
export const NAMED_LIBRARIES = [
  ...ofEveryMaker(({ libraries: { first, named } }) => [...first, ...named]),
  ...COMMON_NAMED,
];
/** Those that can decide whether a convolution hangs. Python's own extension modules and libtorch_python differ from one Python to the next and do not. */
export const DECIDING_LIBRARIES = [
  ...NAMED_LIBRARIES,
  ...ofEveryMaker(({ libraries }) => libraries.compared),
  ...COMMON_COMPARED,
];

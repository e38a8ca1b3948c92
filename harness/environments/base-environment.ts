/**
 * The variables that every probe starts from. An allow-list: results must depend on what the matrix says and on nothing that
 * a shell happened to export. What is left out on purpose:
 * LD_LIBRARY_PATH and LD_PRELOAD (they replace the ROCm libraries of a wheel up to torch 2.0.1), PYTHON* (another library path),
 * HSA_, HIP_, ROCR_, AMD_, MIOPEN_, TORCH_, PYTORCH_, OMP_ and MKL_ (they decide results: name them in the matrix),
 * XDG_* (caches are private to an attempt, and a run must not find a warm one by chance), proxies and tokens (a probe needs no network).
 */

type Ambient = Readonly<Record<string, string | undefined>>;

const KEPT = new Set(['PATH', 'HOME', 'USER', 'LOGNAME', 'TMPDIR', 'TZ', 'LANG', 'LANGUAGE']);
/** Without a locale Python would guess how to encode a file name. */
const DEFAULTS = { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8' };
/** No bytecode is written beside a user's probe or into a read-only installation. */
const FIXED = { PYTHONDONTWRITEBYTECODE: '1' };

export function baseEnvironment(ambient: Ambient = process.env): Record<string, string> {
  return { ...DEFAULTS, ...keep(ambient, (name) => KEPT.has(name) || name.startsWith('LC_')), ...FIXED };
}

/** Variables that would make an installed environment depend on who built it, or break the tools that build it. */
const FOREIGN = /^(?:PYTHON|LD_|DYLD_|CONDA|VIRTUAL_ENV$|PIP_|UV_)/;

/** Of pip's and uv's own, which have several new ones every year: how the network is reached. UV_TORCH_BACKEND, say, serves torch from elsewhere, PIP_DRY_RUN installs nothing. */
const REACHES_NETWORK =
  /^(?:PIP_(?:CERT|CLIENT_CERT|PROXY|TRUSTED_HOST|(?:DEFAULT_)?TIMEOUT|RETRIES|KEYRING_PROVIDER|CONFIG_FILE|USE_FEATURE)|UV_(?:CACHE_DIR|NATIVE_TLS|SYSTEM_CERTS|INSECURE_HOST|KEYRING_PROVIDER|REQUEST_TIMEOUT|HTTP_\w+|CONCURRENT_\w+|CONFIG_FILE|NO_CONFIG|LINK_MODE|OFFLINE))$/;

/** Where packages come from: kept where the matrix leaves that to the user's own configuration. */
const CHOOSES_INDEX =
  /^(?:UV_(?:DEFAULT_INDEX|INDEX|INDEX_URL|EXTRA_INDEX_URL|FIND_LINKS)|PIP_(?:(?:EXTRA_)?INDEX_URL|FIND_LINKS|NO_INDEX)|UV_INDEX_\w+_(?:USERNAME|PASSWORD))$/;

/**
 * For the tools that build an environment: the caller's proxies and certificates stay, its choice of packages does not.
 * `ownIndex`: but its package index does.
 */
export function buildEnvironment(ambient: Ambient = process.env, ownIndex = false): Record<string, string> {
  return {
    ...DEFAULTS,
    ...keep(
      ambient,
      (name) => (ownIndex && CHOOSES_INDEX.test(name)) || REACHES_NETWORK.test(name) || !FOREIGN.test(name),
    ),
  };
}

/** For finding an interpreter as the caller's shell would: version managers read variables of their own. */
export function lookupEnvironment(ambient: Ambient = process.env): Record<string, string> {
  return { ...DEFAULTS, ...keep(ambient, (name) => !/^(?:PYTHON|LD_|DYLD_)/.test(name)), ...FIXED };
}

function keep(ambient: Ambient, wanted: (name: string) => boolean): Record<string, string> {
  return Object.fromEntries(
    Object.entries(ambient).flatMap(([name, value]) =>
      value !== undefined && value !== '' && wanted(name) ? [[name, value]] : [],
    ),
  );
}

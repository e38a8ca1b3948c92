/** Checks of what bench itself needs: Node, Python, uv, disk, catalogue, tools for evidence. Pure. */
import { satisfies } from '@renovatebot/pep440';
import type { Facts, Folder } from './facts.ts';
import { isOlder } from '../catalogue/order.ts';
import { ok, problem, warning, type Check } from '../model/check.ts';
import { natureOf } from '../model/makers.ts';

export function softwareFindings(facts: Facts): readonly Check[] {
  return [node(facts), python(facts), ...wheelPython(facts), uv(facts), ...disk(facts), catalogue(facts)];
}

function node({ node: version, nodeRange }: Facts): Check {
  const plain = version.replace(/^v/, '');
  // ^20.19.0 || >=22.12.0 in the words of PEP 440.
  const served = satisfies(plain, '>=20.19.0,<21') || satisfies(plain, '>=22.12.0');
  return served
    ? ok('node', 'Node', plain)
    : problem(
        'node',
        'Node',
        `${plain}, but bench needs ${nodeRange}`,
        'nvm install 22   (or the nodejs package of your system)',
      );
}

function python({ python: found }: Facts): Check {
  if ('problem' in found)
    return problem(
      'python',
      'Python',
      found.problem,
      'sudo apt install python3 python3-venv   (or: uv python install 3.10)',
    );
  const { version, path } = found;
  if (isOlder(version, '3.7'))
    return problem('python', 'Python', `${version} at ${path}; probes need 3.7 or later`, 'uv python install 3.10');
  return ok('python', 'Python', `${version} at ${path}`);
}

/** bench installs no Python. A simulated card needs no wheel. */
function wheelPython({ wanted, wheelPython: found }: Facts): readonly Check[] {
  if (natureOf(wanted) === 'simulation') return [];
  if ('version' in found) return [ok('wheel-python', 'For wheels', `Python ${found.version} at ${found.path}`)];
  return [
    warning(
      'wheel-python',
      'For wheels',
      `${found.problem}: a matrix of wheels needs it unless it names another Python`,
      'uv python install 3.10   (or pyenv install 3.10, or a package of your system)',
    ),
  ];
}

function uv({ uv: version }: Facts): Check {
  if (version !== null) return ok('uv', 'uv', version);
  return warning(
    'uv',
    'uv',
    'not on PATH: it is fetched as a package for the first wheel; where that fails venv and pip do the work, slower',
    'curl -LsSf https://astral.sh/uv/install.sh | sh',
  );
}

const GB = 1e9;
/** The smallest wheel environment takes about that much, unpacked. */
const ONE_WHEEL = 8 * GB;
const A_RUN = 0.2 * GB;

function disk({ cache, runs }: Facts): readonly Check[] {
  return [
    room(
      'disk-cache',
      'Wheel folder',
      cache,
      ONE_WHEEL,
      'a wheel takes 8 GB or more, unpacked',
      `free some, or choose another disk: export XDG_CACHE_HOME=/path`,
    ),
    room(
      'disk-runs',
      'Run folder',
      runs,
      A_RUN,
      'a run wants 0.2 GB',
      'free some, or choose another: bench run ... --out /path',
    ),
  ];
}

function room(
  id: string,
  title: string,
  { path, freeBytes, writable }: Folder,
  wanted: number,
  why: string,
  mend: string,
): Check {
  if (!writable) return problem(id, title, `${path} cannot be written`, mend);
  if (freeBytes === null)
    return warning(id, title, `${path} did not tell how much is free: does its disk answer?`, `df -h ${path}`);
  const free = `${(freeBytes / GB).toFixed(1)} GB free in ${path}`;
  return freeBytes < wanted ? warning(id, title, `${free}; ${why}`, mend) : ok(id, title, free);
}

function catalogue({ catalogue: known }: Facts): Check {
  if (known === null)
    return warning(
      'catalogue',
      'Catalogue',
      'your own part of it did not answer: does its disk?',
      'ls ~/.local/share/bench',
    );
  if ('problem' in known) return problem('catalogue', 'Catalogue', known.problem, known.mend);
  return ok('catalogue', 'Catalogue', `${known.wheels} wheels, as of ${known.asOf}`);
}

/** Tools that make evidence better; none is needed. */
export function evidenceFindings({ tools, ptraceScope, kernelLog, user }: Facts): readonly Check[] {
  const present = Object.entries(tools).flatMap(([name, here]) => (here ? [name] : []));
  const stacks =
    present.length === 0
      ? warning(
          'native-stacks',
          'Native stacks',
          'no py-spy, gdb or eu-stack: a hang shows Python stacks alone',
          'sudo apt install gdb   (or: pip install py-spy)',
        )
      : ptraceScope !== null && ptraceScope > 1 && !user.root
        ? warning(
            'native-stacks',
            'Native stacks',
            `${present.join(', ')}, but kernel.yama.ptrace_scope=${ptraceScope} forbids them`,
            'sudo sysctl kernel.yama.ptrace_scope=1',
          )
        : ok('native-stacks', 'Native stacks', present.join(', '));
  const log =
    kernelLog === null
      ? warning(
          'kernel-log',
          'Kernel log',
          'this user may not read it: resets of the card stay unseen',
          'sudo usermod -aG adm,systemd-journal $USER   and log in again',
        )
      : ok('kernel-log', 'Kernel log', `by ${kernelLog}`);
  return [stacks, log];
}

/** Matrices in which nothing hangs: wall time against what an oracle takes, who starts each worker and tries the largest size of each line. */
import { drive } from '../drive.ts';
import { atMost, mostOf, type Part, type Sample } from '../sample.ts';
import { surfaceOf, type Space } from '../surface.ts';
import { plainSpace } from '../space.ts';
import { Random } from '../../search/random.ts';
import { CONTROLS } from '../../../../harness/model/control.ts';
import type { MatrixInput } from '../../../../harness/matrix/file/schema.ts';

/** Seconds as on a card: an attempt that passes, and an interpreter that imports torch. */
const PASS = 0.3;
const START = 4;

const SPACES: Readonly<Record<string, (random: Random) => Space>> = {
  'one version': (random) => plainSpace(random, 1),
  'one version, four lines': (random) => {
    const space = plainSpace(random, 1);
    return { ...space, fixed: { channels: (space.fixed['channels'] ?? []).slice(0, 4) } };
  },
  'eight versions': (random) => plainSpace(random),
};

const MODES: Readonly<Record<string, Partial<MatrixInput>>> = {
  default: {},
  fresh: { isolation: 'spawn' },
  'with controls': { controls: [...CONTROLS] },
};

export const clean: Part = {
  name: 'nothing hangs',
  families: Object.fromEntries(Object.keys(SPACES).map((space) => [space, 3])),
  columns: [
    { figure: 'seconds', of: 'mean' },
    { figure: 'x oracle', of: 'mean' },
    { figure: 'x oracle', of: 'most' },
    { figure: 'processes', of: 'mean' },
    { figure: 'attempts', of: 'mean' },
    { figure: 'health', of: 'mean' },
  ],
  run: async ({ part, family, seed }) => {
    const space = SPACES[family]?.(new Random(seed));
    if (space === undefined) throw new RangeError(`no space ${family}`);
    const surface = surfaceOf(space, () => 'pass');
    const sites = space.environments.length * space.settings.length;
    const samples: Sample[] = [];
    for (const [mode, matrix] of Object.entries(MODES)) {
      const { spent } = await drive(surface, { pass: PASS, start: START, hang: 60, matrix });
      const controls = sites * (matrix.controls?.length ?? 0) * (START + PASS);
      const each = PASS + (matrix.isolation === 'spawn' ? START : 0);
      const oracle = sites * START + PASS + surface.lines.length * each + controls;
      const { passes, health, processes, seconds } = spent;
      const figures = { seconds, 'x oracle': seconds / oracle, processes, attempts: passes, health };
      samples.push({ part, family, mode, seed, figures });
    }
    return samples;
  },
  goals: (samples) => [
    ...atMost('nothing hangs: wall time over the oracle, dearest matrix', 1.5, samples, mostOf('x oracle')),
  ],
};

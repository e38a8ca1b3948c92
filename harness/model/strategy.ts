/** How the cells to run may be chosen. A new strategy is a row here, what it costs in matrix/cost and a file in search. Light, so that `--help` loads no schema. */

interface StrategyRow {
  readonly description: string;
  /** It assumes that larger is worse along one axis, and needs such an axis. */
  readonly alongAxis: boolean;
  /** What it did not run may be inferred along a search axis, where there is one. */
  readonly infers: boolean;
  /** Whether `audit` and `prove` say something of it. */
  readonly audits: boolean;
  /** It asks for the first and the last environment before those between. */
  readonly endsFirst: boolean;
}

export const STRATEGIES = {
  map: {
    description: 'find the boundary on each line with few hangs, learning from line to line',
    alongAxis: true,
    infers: true,
    audits: true,
    endsFirst: false,
  },
  line: {
    description: 'the same, simpler, without audits',
    alongAxis: true,
    infers: true,
    audits: false,
    endsFirst: false,
  },
  grid: { description: 'every cell', alongAxis: false, infers: false, audits: false, endsFirst: false },
  versions: {
    description: 'find where verdicts change from one environment to the next',
    alongAxis: false,
    infers: true,
    audits: false,
    endsFirst: true,
  },
} as const satisfies Record<string, StrategyRow>;

export type Strategy = keyof typeof STRATEGIES;
export const STRATEGY_NAMES = Object.keys(STRATEGIES).filter(isStrategy);

function isStrategy(name: string): name is Strategy {
  return Object.hasOwn(STRATEGIES, name);
}

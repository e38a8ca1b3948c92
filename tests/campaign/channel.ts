/** Probes that close their channel, lie on it or fill it with garbage: each is told as what it is, and harms nobody else. */
import type { Outcome } from '../../harness/model/outcome.ts';
import { Problems, type Campaign, type Findings, type Trial } from './campaign.ts';
import { closeWell, outcomes, probeRun } from './probe-run.ts';
import type { Stage } from './stage.ts';

type Told =
  | { readonly kind: 'hang' }
  | { readonly kind: 'slow' }
  | { readonly kind: 'error'; readonly errorClass: string };

const HANG: Told = { kind: 'hang' };
const PROTOCOL: Told = { kind: 'error', errorClass: 'protocol' };

/** `how` of tests/fixtures/campaign/channel.py → what must be told. */
const WAYS: Readonly<Record<string, Told>> = {
  closes_and_hangs: HANG,
  closes_and_exits: PROTOCOL,
  done_then_hangs: HANG,
  phases_out_of_order: PROTOCOL,
  phases_again_and_again: HANG,
  forged_events: HANG,
  future: PROTOCOL,
  garbage: HANG,
  endless_line: HANG,
  many_lines: HANG,
  progress_for_ever: { kind: 'slow' },
  nan: PROTOCOL,
  done_with_error: { kind: 'error', errorClass: 'other' },
};

/** What ends by itself has no limit near; signs that come all the time must not seem to have ceased because nobody let them come. */
const LIMITS = {
  hang: { deadline: '800ms' },
  slow: { deadline: '2s', hardLimit: '5s' },
  error: {},
} as const;

export const channel: Campaign = {
  name: 'channel',
  about: 'probes that close their channel, lie on it or send garbage',
  counts: { full: 2, short: 1 },
  trials: ({ count }) =>
    Object.entries(WAYS).flatMap(([how, told]): Trial[] =>
      (count > 1 ? (['fork', 'spawn'] as const) : (['fork'] as const)).map((isolation) => ({
        name: `${how}, ${isolation}`,
        missing: null,
        run: (stage) => tell(stage, how, told, isolation),
      })),
    ),
};

async function tell(stage: Stage, how: string, told: Told, isolation: 'fork' | 'spawn'): Promise<Findings> {
  const problems = new Problems();
  const matrix = { probe: 'campaign/channel', constants: { how }, isolation, ...LIMITS[told.kind] };
  const done = await probeRun(stage, how.replaceAll('_', '-'), matrix);
  problems.check(done.attempts.length > 0, 'no attempt was made');
  for (const outcome of outcomes(done.attempts))
    problems.equal(kindOf(outcome), told, `told as ${JSON.stringify(outcome)}`);
  return closeWell(stage, problems, done, 280);
}

function kindOf(outcome: Outcome | undefined): unknown {
  return outcome?.kind === 'error' ? { kind: 'error', errorClass: outcome.errorClass } : { kind: outcome?.kind };
}

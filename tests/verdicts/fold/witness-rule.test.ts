import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import * as fc from 'fast-check';
import { emptyReport } from '../../../harness/model/attempt/empty-report.ts';
import type { Begun } from '../../../harness/verdicts/fold/open-work.ts';
import { CreditRule } from '../../../harness/verdicts/fold/credit-rule.ts';
import type { Witnessed } from '../../../harness/verdicts/fold/witness-rule.ts';
import type { Outcome } from '../../../harness/model/outcome.ts';

const test = suite('verdicts/witness-rule');

const ENDS: Readonly<Record<string, Outcome>> = {
  pass: { kind: 'pass' },
  hang: { kind: 'hang', phase: 'first-run', activity: 'idle', silentSeconds: 60 },
};

function site(word: string): { readonly environment: string; readonly setting: string } {
  return { environment: word.includes('@') ? (word.split('@')[1] ?? '') : 'a', setting: 'default' };
}

/** Words in order: an attempt is named by its place; "hang@b" is one in environment b; well, sick and unsaid are witnesses of the latest attempt; canary is a healthy canary. */
function events(word: string, place: number, latest: string): readonly (Witnessed | Begun)[] {
  const [kind = ''] = word.split('@');
  const outcome = ENDS[kind];
  if (kind === 'resumed') return [{ event: 'run-resumed' }];
  if (outcome !== undefined) {
    const attempt = String(place);
    const cell = { id: `c${place}`, ...site(word), case: {}, line: 'l', position: 0 };
    return [
      { event: 'attempt-started', attempt, cell, isolation: 'fork', purpose: 'search', bootId: 'b' },
      { event: 'attempt-finished', attempt, report: emptyReport(outcome) },
    ];
  }
  const check = `check.${place}`;
  const probe = kind === 'canary' ? 'canary' : 'witness';
  const result = kind === 'sick' ? 'sick' : kind === 'unsaid' ? 'inconclusive' : 'healthy';
  return [
    {
      event: 'health-started',
      check,
      probe,
      ...site(word),
      after: probe === 'canary' ? null : latest,
      why: 'bad-outcome',
      case: {},
      isolation: 'fork',
      cooledSeconds: 0,
      bootId: 'b',
    },
    { event: 'health-finished', check, result },
  ];
}

function text({ attempt, credit }: { readonly attempt: string; readonly credit: string }): string {
  return `${attempt} ${credit}`;
}

function credits(words: string): { readonly told: readonly string[]; readonly rest: readonly string[] } {
  const rule = new CreditRule(true);
  const begun = new Map<string, Begun>();
  let latest = '';
  const told = words.split(' ').flatMap((word, place) => {
    const own = events(word, place, latest).flatMap((event) => {
      if ('bootId' in event) begun.set('check' in event ? event.check : event.attempt, event);
      const ended = 'check' in event ? event.check : 'attempt' in event ? event.attempt : '';
      return rule.see(event, event.event.endsWith('finished') ? (begun.get(ended) ?? null) : null);
    });
    if (/^(?:pass|hang)/.test(word)) latest = String(place);
    return own;
  });
  return { told: told.map(text), rest: rule.rest().map(text) };
}

const TABLE: readonly (readonly [what: string, words: string, told: readonly string[], rest: readonly string[]])[] = [
  ['a hang counts when the suspect passes after it', 'canary pass hang canary well', ['1 counts', '2 counts'], []],
  ['and not before that', 'canary pass hang canary', ['1 counts'], ['2 counts']],
  [
    'where witnesses hang and one passes in the end, the first hang since the last pass counts',
    'canary pass hang canary sick sick well',
    ['1 counts', '2 sick-after'],
    [],
  ],
  [
    'where none passes, what came after the last pass is void',
    'canary pass hang canary sick sick',
    ['1 counts'],
    ['2 void'],
  ],
  [
    'a resumed run asks it again',
    'canary pass hang canary sick resumed canary hang canary well',
    ['1 counts', '2 void', '7 counts'],
    [],
  ],
  ['where the suspect has never passed nobody can vouch', 'canary hang canary hang', ['1 counts', '3 counts'], []],
  [
    'a pass elsewhere is a witness too, and speaks for the attempt that was the reason',
    'canary pass@b hang canary sick@b well@b',
    ['1 counts', '2 sick-after'],
    [],
  ],
  [
    'a witness that says nothing holds nothing up',
    'canary pass hang canary unsaid pass',
    ['1 counts', '2 counts', '5 counts'],
    [],
  ],
  [
    'journals without witnesses are read as before',
    'canary pass hang canary hang canary pass',
    ['1 counts', '2 counts', '4 counts', '6 counts'],
    [],
  ],
];

for (const [what, words, told, rest] of TABLE)
  test(what, () => {
    assert.equal(credits(words), { told, rest });
  });

test('every attempt is settled once, whatever comes in whatever order', () => {
  const word = fc.constantFrom('pass', 'hang', 'hang@b', 'pass@b', 'canary', 'well', 'sick', 'unsaid', 'resumed');
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 30 }), (words) => {
      const { told, rest } = credits(words.join(' '));
      const settled = [...told, ...rest].map((line) => line.split(' ')[0]);
      const attempts = words.flatMap((one, place) => (/^(?:pass|hang)/.test(one) ? [String(place)] : []));
      assert.equal(settled.toSorted(), attempts.toSorted());
    }),
    { seed: 1, numRuns: 500 },
  );
});

test.run();

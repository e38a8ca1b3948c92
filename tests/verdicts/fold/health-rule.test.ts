import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import * as fc from 'fast-check';
import { emptyReport } from '../../../harness/model/attempt/empty-report.ts';
import { HealthRule, type Credit, type Seen } from '../../../harness/verdicts/fold/health-rule.ts';
import type { Outcome } from '../../../harness/model/outcome.ts';

const test = suite('verdicts/health-rule');

const OUTCOMES: Readonly<Record<string, Outcome>> = {
  pass: { kind: 'pass' },
  hang: { kind: 'hang', phase: 'first-run', activity: 'idle', silentSeconds: 60 },
  crash: { kind: 'crash', phase: 'first-run', signal: 'SIGSEGV', signature: null },
  cancelled: { kind: 'cancelled', reason: 'SIGINT' },
  lost: { kind: 'host-lost' },
  ours: { kind: 'error', phase: 'start', errorClass: 'harness', message: 'the worker was lost' },
};

/** Words in order: an outcome is an attempt, named by its place; healthy, sick, inconclusive and cut-off are canaries. */
function credits(
  words: string,
  watched = true,
): { readonly told: readonly string[]; readonly rest: readonly string[] } {
  const rule = new HealthRule(watched);
  const told = words.split(' ').flatMap((word, place) => events(word, place).flatMap((event) => rule.see(event)));
  return { told: told.map(text), rest: rule.rest().map(text) };
}

function text({ attempt, credit }: { readonly attempt: string; readonly credit: Credit }): string {
  return `${attempt} ${credit}`;
}

function events(word: string, place: number): readonly Seen[] {
  const outcome = OUTCOMES[word];
  if (outcome !== undefined)
    return [{ event: 'attempt-finished', attempt: String(place), report: emptyReport(outcome) }];
  const control = word === 'control-sick';
  const check = `check.${place}`;
  const result = word === 'healthy' || word === 'inconclusive' ? word : word === 'cut-off' ? null : 'sick';
  return [
    { event: 'health-started', check, probe: control ? 'matmul' : 'canary' },
    { event: 'health-finished', check, result },
  ];
}

const TABLE: readonly (readonly [what: string, words: string, told: readonly string[], rest: readonly string[]])[] = [
  [
    'the first failure after a healthy canary counts at once, whatever the next one says',
    'healthy hang healthy',
    ['1 counts'],
    [],
  ],
  ['and is marked when the next one fails', 'healthy pass hang sick', ['1 counts', '2 counts', '2 sick-after'], []],
  [
    'further failures before a failed canary are void, passes among them stay',
    'healthy hang hang pass crash sick',
    ['1 counts', '3 counts', '1 sick-after', '2 void', '4 void'],
    [],
  ],
  ['and count when it passes', 'healthy hang hang healthy', ['1 counts', '2 counts'], []],
  ['what fails on a sick device is void', 'healthy hang sick hang', ['1 counts', '1 sick-after', '3 void'], []],
  [
    'a recovered device is as good as any',
    'healthy hang sick healthy hang',
    ['1 counts', '1 sick-after', '4 counts'],
    [],
  ],
  ['before any canary nothing can be said', 'hang sick', ['0 void'], []],
  ['an inconclusive canary says nothing against it', 'hang inconclusive', ['0 counts'], []],
  ['and does not make a sick device healthy', 'healthy sick inconclusive hang', ['3 void'], []],
  ['a canary that was cut off says nothing at all', 'hang cut-off sick', ['0 void'], []],
  ['a control is no canary', 'healthy hang control-sick hang healthy', ['1 counts', '3 counts'], []],
  ['a journal without canaries counts as it is', 'hang pass crash', ['1 counts'], ['0 counts', '2 counts']],
  [
    'what is no sign of sickness waits for nothing',
    'cancelled lost ours pass',
    ['0 counts', '1 counts', '2 counts', '3 counts'],
    [],
  ],
];

for (const [what, words, told, rest] of TABLE) {
  test(what, () => {
    assert.equal(credits(words), { told, rest });
  });
}

test('a matrix without canaries: every attempt counts at once', () => {
  assert.equal(credits('hang crash pass', false), { told: ['0 counts', '1 counts', '2 counts'], rest: [] });
});

/** Attempts at the same time. `a(` and `)a` are the start and the hang of attempt a, `a+` its pass; `1(`, `)1` and `!1` start, a healthy and a sick answer of a canary. */
function together(words: string): readonly string[] {
  const rule = new HealthRule(true);
  return words.split(' ').flatMap((word) => {
    const name = word.replace(/[()!+]/, '');
    const check = `canary.${name}`;
    if (/\d/.test(name)) {
      const event: Seen = word.endsWith('(')
        ? { event: 'health-started', check, probe: 'canary' }
        : { event: 'health-finished', check, result: word.startsWith('!') ? 'sick' : 'healthy' };
      return rule.see(event).map(text);
    }
    return rule
      .see(
        word.endsWith('(')
          ? { event: 'attempt-started', attempt: name }
          : {
              event: 'attempt-finished',
              attempt: name,
              report: emptyReport(word.endsWith('+') ? { kind: 'pass' } : (OUTCOMES['hang'] ?? { kind: 'pass' })),
            },
      )
      .map(text);
  });
}

const TOGETHER: readonly (readonly [what: string, words: string, told: readonly string[]])[] = [
  ['a canary vouches for nothing that ended after it began', '1( )1 a( b( )a 2( )b )2 3( )3', ['a counts', 'b counts']],
  [
    'what hung while the device was sick is void, although it is healthy again when that ends',
    '1( )1 a( )a b( 2( !2 3( )3 )b',
    ['a counts', 'a sick-after', 'b void'],
  ],
  ['and so is what began on the sick device', '1( )1 a( )a 2( !2 b( 3( )3 )b', ['a counts', 'a sick-after', 'b void']],
  [
    'an answer from before a sick one heals nothing',
    '1( )1 a( )a 2( 3( !3 )2 b( )b',
    ['a counts', 'a sick-after', 'b void'],
  ],
  [
    'a failure that waits is not passed over by a later one',
    '1( )1 a( b( )a 2( )b )2 c( )c 3( !3',
    ['a counts', 'b void', 'c void'],
  ],
  ['what passed on a sick device passed', '1( )1 a( b( )a 2( !2 b+', ['a counts', 'a sick-after', 'b counts']],
  [
    'what began after the device had recovered counts',
    '1( )1 a( )a 2( !2 3( )3 b( )b',
    ['a counts', 'a sick-after', 'b counts'],
  ],
];

for (const [what, words, told] of TOGETHER) {
  test(`at the same time: ${what}`, () => {
    assert.equal(together(words), told);
  });
}

test('any journal: every attempt is settled, none as void and as something else, a pass never as void', () => {
  const word = fc.constantFrom(
    'pass',
    'hang',
    'crash',
    'cancelled',
    'healthy',
    'sick',
    'inconclusive',
    'cut-off',
    'control-sick',
  );
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 30 }), (words) => {
      const { told, rest } = credits(words.join(' '));
      const by = new Map<string, string[]>();
      for (const one of [...told, ...rest]) {
        const [attempt = '', credit = ''] = one.split(' ');
        by.set(attempt, [...(by.get(attempt) ?? []), credit]);
      }
      for (const [place, said] of words.entries()) {
        if (OUTCOMES[said] === undefined) continue;
        const got = by.get(String(place)) ?? [];
        assert.ok(got.length > 0, `${said} at ${place} is settled`);
        if (got.includes('void')) assert.equal(got, ['void']);
        if (said === 'pass') assert.equal(got, ['counts']);
      }
    }),
    { seed: 20_261_122, numRuns: 400 },
  );
});

test.run();

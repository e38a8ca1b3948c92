import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Ledger } from '../../harness/runner/state/search-answers.ts';
import { Past } from '../../harness/runner/past.ts';
import { emptyReport } from '../../harness/model/empty-report.ts';
import type { JournalEvent } from '../../harness/model/events.ts';
import type { Answer, Search } from '../../harness/search/search.ts';
import type { Outcome } from '../../harness/model/outcome.ts';

const test = suite('runner/past');

function pastOf(events: readonly JournalEvent[]): { readonly past: Past; readonly answers: readonly Answer[] } {
  const answers: Answer[] = [];
  const search: Search = {
    next: () => [],
    tell: (answer) => answers.push(answer),
    progress: { linesDone: 0, linesTotal: 1 },
  };
  const past = new Past(new Ledger({ search, bad: ['hang', 'host-lost'], watched: false }));
  for (const event of events) past.see(event);
  return { past, answers };
}

const at = '2026-11-21T00:00:00.000Z';

function started(attempt: string, purpose: 'search' | 'confirm' = 'search', bootId = 'this boot'): JournalEvent {
  const cell = { id: 'cell', environment: 'e', setting: 'default', case: { size: 8 }, line: 'l', position: 0 };
  return {
    event: 'attempt-started',
    at,
    attempt,
    cell,
    isolation: purpose === 'search' ? 'fork' : 'spawn',
    purpose,
    bootId,
  };
}

function finished(attempt: string, outcome: Outcome): JournalEvent {
  return { event: 'attempt-finished', at, attempt, report: { ...emptyReport(outcome), seconds: 2 } };
}

const hang: Outcome = { kind: 'hang', phase: 'first-run', activity: 'idle', silentSeconds: 1 };

test('what finished is told to the search as it was asked, with its grade', () => {
  const { past, answers } = pastOf([
    started('cell.1'),
    finished('cell.1', hang),
    started('cell.2', 'confirm'),
    finished('cell.2', { kind: 'pass' }),
  ]);
  assert.equal(
    answers.map(({ purpose, isolation, outcome, grade, seconds }) => [purpose, isolation, outcome, grade, seconds]),
    [
      ['search', 'fork', 'hang', 'bad', 2],
      ['confirm', 'spawn', 'pass', 'good', 2],
    ],
  );
  assert.is(past.finished, 2);
  assert.equal(past.open('this boot'), []);
});

test('a cancelled attempt and a failure of the harness are to be made again', () => {
  const { past, answers } = pastOf([
    started('cell.1'),
    finished('cell.1', { kind: 'cancelled', reason: 'SIGINT' }),
    started('cell.2'),
    finished('cell.2', { kind: 'error', phase: 'start', errorClass: 'harness', message: 'lost' }),
  ]);
  assert.equal(answers, []);
  assert.is(past.finished, 0);
  assert.is(past.ids.next('cell'), 'cell.3', 'their ids stay theirs');
});

test('an open attempt is interrupted, or host-lost when the machine has booted since; the second is told', () => {
  const { past, answers } = pastOf([started('cell.1'), started('cell.2', 'search', 'a boot before')]);
  const open = past.open('this boot');
  assert.equal(
    open.map(({ attempt, becomes }) => [attempt, becomes]),
    [
      ['cell.1', 'interrupted'],
      ['cell.2', 'host-lost'],
    ],
  );
  for (const one of open) if (one.becomes === 'host-lost') past.tell(one, { kind: 'host-lost' }, 0);
  assert.equal(
    answers.map(({ outcome, grade }) => [outcome, grade]),
    [['host-lost', 'bad']],
  );
});

test('an end without a beginning says nothing', () => {
  assert.equal(pastOf([finished('cell.9', hang)]).answers, []);
});

test.run();

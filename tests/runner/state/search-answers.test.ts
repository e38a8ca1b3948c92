import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { listening, stateFor } from '../recorded.ts';
import { emptyReport } from '../../../harness/model/attempt/empty-report.ts';
import type { NewEvent } from '../../../harness/model/events.ts';
import type { Outcome } from '../../../harness/model/outcome.ts';
import type { RunState } from '../../../harness/runner/state/run-state.ts';
import type { Answer } from '../../../harness/search/search.ts';

const test = suite('runner/state/search-answers');

interface Past {
  readonly state: RunState;
  readonly answers: readonly Answer[];
}

function pastOf(events: readonly NewEvent[], retriedUpTo = -1): Past {
  const search = listening();
  const state = stateFor(search, { retriedUpTo });
  for (const event of events) state.apply(event);
  return { state, answers: search.answers };
}

function started(attempt: string, purpose: 'search' | 'confirm' = 'search', bootId = 'this boot'): NewEvent {
  const cell = { id: 'cell', environment: 'e', setting: 'default', case: { size: 8 }, line: 'l', position: 0 };
  return {
    event: 'attempt-started',
    attempt,
    cell,
    isolation: purpose === 'search' ? 'fork' : 'spawn',
    purpose,
    bootId,
  };
}

function finished(attempt: string, outcome: Outcome): NewEvent {
  return { event: 'attempt-finished', attempt, report: { ...emptyReport(outcome), seconds: 2 } };
}

const resumed: NewEvent = {
  event: 'run-resumed',
  bootId: 'this boot',
  host: { kernel: '', cpu: '', memoryMib: 1, node: '', ambient: {} },
};

const hang: Outcome = { kind: 'hang', phase: 'first-run', activity: 'idle', silentSeconds: 1 };

const outcomes = ({ answers }: Past): readonly string[] => answers.map(({ outcome }) => outcome);

test('what finished is told to the search as it was asked, with its grade', () => {
  const { state, answers } = pastOf([
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
  assert.is(state.answers.finished, 2);
  assert.equal(state.open.endings('this boot'), []);
});

test('a cancelled attempt and a failure of the harness are to be made again', () => {
  const { state, answers } = pastOf([
    started('cell.1'),
    finished('cell.1', { kind: 'cancelled', reason: 'SIGINT' }),
    started('cell.2'),
    finished('cell.2', { kind: 'error', phase: 'start', errorClass: 'harness', message: 'lost' }),
  ]);
  assert.equal(answers, []);
  assert.is(state.answers.finished, 0);
  assert.is(state.ids.next('cell'), 'cell.3', 'their ids stay theirs');
});

test('an attempt that took the machine down is told, unless it was to be tried again', () => {
  const lost = [
    started('cell.1', 'search', 'a boot before'),
    finished('cell.1', { kind: 'host-lost' }),
    resumed,
    started('cell.2'),
    finished('cell.2', { kind: 'pass' }),
  ];
  assert.equal(outcomes(pastOf(lost)), ['host-lost', 'pass']);
  assert.equal(outcomes(pastOf(lost, 0)), ['pass']);
  const again = [
    ...lost,
    finished('cell.3', { kind: 'pass' }),
    started('cell.4'),
    finished('cell.4', { kind: 'host-lost' }),
  ];
  assert.equal(outcomes(pastOf(again, 0)), ['pass', 'host-lost'], 'what came after that resumption counts');
});

test('an end without a beginning says nothing', () => {
  assert.equal(pastOf([finished('cell.9', hang)]).answers, []);
});

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { EnvironmentVersions, JournalEvent } from '../../harness/model/events.ts';
import type { Cell } from '../../harness/model/cell.ts';
import { judge } from '../../harness/verdicts/judge.ts';
import type { Outcome } from '../../harness/model/outcome.ts';
import type { Results } from '../../harness/model/results/results.ts';
import { enumerationOf, matrixOf, type Plane } from '../search/surfaces.ts';
import { attempt, firstLine, opened, resumed, unavailable } from './journals.ts';

const PLANE: Plane = {
  environments: ['5.2', '5.3'],
  fixed: [{ channels: 16 }, { channels: 17 }],
  sizes: [8, 16, 32, 64, 128],
};
const CELLS = firstLine(PLANE);
const LATER = '2025-01-01T00:00:01.000Z';

function judged(events: Iterable<JournalEvent>): Results {
  return judge(events, matrixOf(PLANE), enumerationOf(PLANE));
}

function at(place: number): Cell {
  const cell = CELLS[place];
  assert.ok(cell);
  return cell;
}

function verdicts(results: Results): readonly string[] {
  return results.cells.filter(({ line }) => line === at(0).line).map(({ verdict }) => verdict);
}

const verdict = suite('availability');

verdict('an environment that could not be had: its cells are unavailable, its lines say why', () => {
  const versions: EnvironmentVersions = {
    python: '3.10',
    executable: 'python3',
    torch: '1.13',
    hip: '5.2',
    cuda: null,
    dnn: null,
    archList: [],
    more: {},
  };
  const results = judged([
    opened(),
    unavailable('5.2', 'no such wheel'),
    { event: 'environment-ready', at: LATER, environment: '5.3', versions },
  ]);
  assert.equal(
    verdicts(results),
    Array.from({ length: 5 }, () => 'unavailable'),
  );
  assert.equal(results.lines[0]?.boundary, { kind: 'untestable', reason: 'no such wheel' });
  assert.equal(
    results.environments.map(({ status, reason }) => [status, reason]),
    [
      ['unavailable', 'no such wheel'],
      ['ready', null],
    ],
  );
  assert.equal(results.environments[1]?.versions, versions);
  assert.is(judged([opened()]).environments[0]?.status, 'unused');
});

verdict('a setting under which no worker starts makes its own lines unavailable, not the environment', () => {
  const versions: EnvironmentVersions = {
    python: '3.10',
    executable: 'python3',
    torch: null,
    hip: null,
    cuda: null,
    dnn: null,
    archList: [],
    more: {},
  };
  const ready: JournalEvent = { event: 'environment-ready', at: LATER, environment: '5.2', versions };
  const refused = unavailable('5.2', 'the worker died', 'default');
  assert.is(
    judged([opened(), ready, unavailable('5.2', 'the worker died', 'other')]).lines[0]?.boundary.kind,
    'untestable',
  );
  assert.is(verdicts(judged([opened(), ready, unavailable('5.2', 'the worker died', 'other')]))[0], 'untested');
  const results = judged([opened(), ready, refused]);
  assert.is(verdicts(results)[0], 'unavailable');
  assert.is(results.environments[0]?.status, 'ready');
  assert.is(judged([opened(), refused]).environments[0]?.status, 'unavailable');
  assert.is(
    verdicts(judged([opened(), ready, refused, resumed('boot-1'), ...attempt('a', at(4), 'pass')]))[0],
    'pass',
    'it works again',
  );
});

const IMPORT_HANG: Outcome = { kind: 'hang', phase: 'import', activity: 'idle', silentSeconds: 60 };

verdict('a hang before the case is known bounds nothing, and confirms no hang of another phase', () => {
  const [small, large] = [CELLS[2], CELLS[3]];
  assert.ok(small !== undefined && large !== undefined);
  const alone = judge(
    [opened(), ...attempt('a', small, 'pass'), ...attempt('b', large, IMPORT_HANG, { isolation: 'spawn' })],
    matrixOf(PLANE),
    enumerationOf(PLANE),
  );
  assert.is(alone.cells.find(({ id }) => id === large.id)?.verdict, 'unavailable');
  const bounded = judge(
    [
      opened(),
      ...attempt('a', small, 'pass'),
      ...attempt('b', large, 'hang'),
      ...attempt('c', large, IMPORT_HANG, { isolation: 'spawn', purpose: 'confirm' }),
    ],
    matrixOf(PLANE),
    enumerationOf(PLANE),
  );
  assert.equal(bounded.lines[0]?.boundary, { kind: 'bracketed', largestGood: 32, smallestBad: 64, confirmed: false });
});

verdict.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { HEAD, after, environments, field, problems, starts } from './file/problems.ts';
import { MatrixError } from '../../harness/matrix/file/problem.ts';
import { loadMatrix } from '../../harness/matrix/load.ts';

const test = suite('matrix/problems');

test('the file that the others are made from is sound', () => {
  assert.equal(field(), []);
});

test('the whole message reads file:line:column: path: what is wrong; what is allowed', () => {
  try {
    loadMatrix([...HEAD, '  size: []'].join('\n'), 'some/m.yml');
    assert.unreachable();
  } catch (error) {
    assert.instance(error, MatrixError);
    if (error instanceof MatrixError) {
      assert.is(
        error.message,
        'some/m.yml has a problem\nsome/m.yml:7:9: axes.size: is empty; it needs at least 1 value',
      );
      assert.match(error.next, 'bench plan some/m.yml');
    }
  }
});

test('unknown fields point at their key and suggest the nearest name', () => {
  starts(field('serch: { strategy: grid }'), ['8:1 serch: unknown field; did you mean "search"? known: schema, name,']);
  starts(field('watchdog:', '  deadlines:', '    first_run: 5s'), [
    '10:5 watchdog.deadlines.first_run: unknown field; did you mean "first-run"? known: start, import,',
  ]);
  starts(field('measure: { repeat: 3 }'), ['8:12 measure.repeat: unknown field; did you mean "repeats"?']);
  starts(environments('  - kind: wheel', '    torch: "2.0.1"', '    rocm: "5.3"', '    pyton: "3.10"'), [
    '8:5 environments[0].pyton: unknown field; did you mean "python"?',
  ]);
  starts(field('zzzzzz: 1'), ['8:1 zzzzzz: unknown field; known: schema,']);
});

test('every problem is told, in the order of the file', () => {
  starts(
    problems(
      'schema: 2\nnme: x\nprobe: conv2d\nenvironments:\n  - { kind: weel }\n  - { kind: wheel, torch: 2.0, rocm: "5.2", pithon: "3" }\naxes:\n  size: [8, 8]\n  q: { from: 3, to: 1, step: 1 }\n',
    ),
    [
      '1:1 name: is missing; it must be text',
      '1:9 schema: this program reads matrix schema 1; write "schema: 1"',
      '2:1 nme: unknown field; did you mean "name"?',
      '5:13 environments[0].kind: "weel" is not allowed; did you mean "wheel"? known: interpreter, wheel, container',
      '6:27 environments[1].torch: 2 is a number; put a version in quotes, "2" (YAML reads 5.10 as the number 5.1)',
      '6:45 environments[1].pithon: unknown field; did you mean "python"?',
      '8:13 axes.size[1]: repeats value 1 (8); give each value once',
      '9:14 axes.q.from: from (3) is above to (1); a range ascends',
    ],
  );
});

test('environments: the branch that was meant is explained', () => {
  starts(environments('  - { torch: "2.0.1" }'), [
    '5:5 environments[0].kind: is missing; write one of: interpreter, wheel, container',
  ]);
  starts(environments('  - kind: wheel', '    rocm: "5.3"'), [
    '5:5 environments[0].torch: is missing; it must be text',
  ]);
  starts(environments('  - { kind: wheel, torch: new, rocm: "5.2" }'), [
    '5:27 environments[0].torch: "new" is not a version; write one such as "5.2"',
  ]);
  starts(environments('  - { kind: interpreter, python: "" }'), [
    '5:34 environments[0].python: is empty; it needs at least 1 character',
  ]);
  starts(environments('  - { kind: container, image: "--privileged" }'), [
    '5:31 environments[0].image: this is not the name of an image; write one with its tag',
  ]);
  starts(environments('  []'), ['5:3 environments: is empty; it needs at least 1 value']);
  starts(environments('  - { kind: wheel, torch: "2.0.1", rocm: "5.3", index: here }'), [
    '5:56 environments[0].index: "here" is not a URL',
  ]);
});

test('environments: names are unique after the default is made', () => {
  const wheel = '  - { kind: wheel, torch: "2.0.1", rocm: "5.3" }';
  starts(environments(wheel, wheel), [
    '6:5 environments[1]: has the same name, "rocm5.3-torch2.0.1", as environment 1; give each a "name" of its own',
  ]);
  starts(environments(wheel, '  - { kind: interpreter, python: a, name: rocm5.3-torch2.0.1 }'), [
    '6:43 environments[1].name: "rocm5.3-torch2.0.1" is the name of environment 1; give each a "name" of its own',
  ]);
  starts(environments('  - { kind: interpreter, python: a, name: ../up }'), [
    '5:43 environments[0].name: "../up" is not a name; a name is 1 to 64',
  ]);
});

test('variables are text', () => {
  starts(field('env:', '  A: 1'), ['9:6 env.A: an environment variable is text; write "1" with quotes']);
  starts(field('env: { A: true, 1B: x }'), [
    '8:11 env.A: an environment variable is text; write "true" with quotes',
    '8:17 env.1B: "1B" is not a name of an environment variable; use letters, digits and "_", with no digit first',
  ]);
});

test('settings need a default', () => {
  starts(field('settings:', '  fast: {}'), [
    '8:1 settings: has no "default", which the other settings are compared with; add "default: {}"',
  ]);
  starts(field('settings: { default: {}, "12": {} }'), ['8:26 settings.12: "12" is not a name of a setting;']);
  starts(field('settings: { default: { torch: { num_threads: two } } }'), [
    '8:46 settings.default.torch.num_threads: "two" is not a number; it must be a number',
  ]);
});

test('axes: empty, of no known form, with values that are none', () => {
  starts(problems([...HEAD.slice(0, 5), 'axes: {}'].join('\n')), [
    '6:7 axes: is empty; name at least one case parameter with its values',
  ]);
  starts(after(), ['6:1 axes: is empty; it must be a map of names to values, or left out where it has a default']);
  starts(after('  size: []'), ['7:9 axes.size: is empty; it needs at least 1 value']);
  starts(after('  size: 8'), [
    '7:9 axes.size: an axis is a list of values, a range {from, to, step} or a zipped axis {zip, values}',
  ]);
  starts(after('  size:'), ['7:3 axes.size: an axis is a list of values, a range']);
  starts(after('  size: [8, .nan, -.inf]'), [
    '7:13 axes.size[1]: NaN is not a finite number; a value is text, a finite number, true or false',
    '7:19 axes.size[2]: -Infinity is not a finite number;',
  ]);
  starts(after('  size: [8, [16]]'), [
    '7:13 axes.size[1]: a list is not allowed here; a value is text, a number, true or false',
  ]);
  starts(after('  size: [8, null]'), ['7:13 axes.size[1]: is empty; a value is text, a number, true or false']);
  starts(after('  "in.size": [8]'), ['7:3 axes.in.size: "in.size" is not a name of a parameter; use 1 to 64 letters']);
  starts(after('  size: [12345678901234567890]'), [
    '7:10 axes.size[0]: is too large to be exact; numbers go up to 9007199254740991',
  ]);
});

test('axes: values are given once', () => {
  starts(after('  size:', '    - 8', '    - 16', '    - 8'), [
    '10:7 axes.size[2]: repeats value 1 (8); give each value once',
  ]);
  starts(after('  kind: [1, "1"]'), ['7:13 axes.kind[1]: repeats value 1 (1); give each value once']);
  starts(after('  c: { zip: [a, b], values: [[1, 2], [1, 3], [1, 2]] }'), [
    '7:46 axes.c.values[2]: repeats value 1 (1, 2); give each value once',
  ]);
});

test('ranges', () => {
  starts(after('  size: { from: 8, to: 4, step: 1 }'), [
    '7:17 axes.size.from: from (8) is above to (4); a range ascends',
  ]);
  starts(after('  size: { from: 8, to: 16 }'), [
    '7:9 axes.size: has neither step nor factor; give one, for example step: 8 or factor: 2',
  ]);
  starts(after('  size: { from: 8, to: 16, step: 1, factor: 2 }'), [
    '7:45 axes.size.factor: has both step and factor; give one of them',
  ]);
  starts(after('  size: { from: 0, to: 16, factor: 2 }'), [
    '7:17 axes.size.from: is 0; a range with factor begins above 0',
  ]);
  starts(after('  size: { from: 0, to: 16, step: 0 }'), ['7:34 axes.size.step: 0 is out of range; it must be above 0']);
  starts(after('  size: { from: 0, to: 16, step: -1 }'), [
    '7:34 axes.size.step: -1 is out of range; it must be above 0',
  ]);
  starts(after('  size: { from: 1, to: 16, factor: 1 }'), [
    '7:36 axes.size.factor: 1 is out of range; it must be above 1',
  ]);
  starts(after('  size: { from: 0, to: .inf, step: 1 }'), ['7:24 axes.size.to: Infinity is not a finite number']);
  starts(after('  size: { from: 0, to: 1000000, step: 1 }'), [
    '7:39 axes.size.step: makes 1,000,001 values; an axis has at most 1,000,000: take a larger step',
  ]);
  starts(after('  size: { from: 0, to: 9e15, step: 1e-300 }'), ['7:36 axes.size.step: makes countless values;']);
  starts(after('  size: { from: 1e12, to: 1000000000001, step: 0.00001 }'), [
    '7:48 axes.size.step: is too small to tell neighbouring values apart; take a larger one',
  ]);
  starts(after('  size: { from: 8, too: 16, step: 8 }'), [
    '7:9 axes.size.to: is missing; it must be a number',
    '7:20 axes.size.too: unknown field; did you mean "to"? known: from, to, step, factor',
  ]);
  assert.equal(after('  size: { from: 1, to: 1000000, step: 1 }'), []);
});

test('zipped axes', () => {
  starts(after('  c:', '    zip: [a, b]', '    values:', '      - [1, 2]', '      - [3]', '      - [4, 5, 6]'), [
    '11:9 axes.c.values[1]: has 1 of 2 values; give one for each of a, b',
    '12:9 axes.c.values[2]: has 3 of 2 values; give one for each of a, b',
  ]);
  starts(after('  c: { zip: [a], values: [[1]] }'), ['7:13 axes.c.zip: has 1 values; it needs at least 2']);
  starts(after('  c: { zip: [a, a], values: [[1, 2]] }'), [
    '7:17 axes.c.zip[1]: "a" is named twice; name each parameter once',
  ]);
  starts(after('  c: { zip: [a, b], values: [] }'), ['7:29 axes.c.values: is empty; it needs at least 1 value']);
  starts(after('  c: { zip: [a, b], values: [1] }'), [
    '7:30 axes.c.values[0]: a row of a zipped axis is a list with one value for each name in zip',
  ]);
  starts(after('  c: { zip: [a, b], value: [[1, 2]] }'), [
    '7:6 axes.c.values: is missing; it must be a list',
    '7:21 axes.c.value: unknown field; did you mean "values"?',
  ]);
});

test('a parameter is set in one place', () => {
  starts(after('  size: [8]', 'constants: { size: 3 }'), [
    '7:3 axes.size: the parameter "size" is a constant as well; set it in one place',
  ]);
  starts(after('  c: { zip: [a, b], values: [[1, 2]] }', '  b: [1]'), [
    '8:3 axes.b: the parameter "b" is set by the axis "c" already; set it in one place',
  ]);
  starts(after('  c: { zip: [a, b], values: [[1, 2]] }', '  d: { zip: [x, a], values: [[1, 2]] }'), [
    '8:17 axes.d.zip[1]: the parameter "a" is set by the axis "c" already',
  ]);
  starts(after('  c: { zip: [a, b], values: [[1, 2]] }', '  d: { zip: [x, c], values: [[1, 2]] }'), [
    '7:3 axes.c: is named like a parameter of the axis "d"; choose another name for this axis',
  ]);
  starts(after('  c: { zip: [a, b], values: [[1, 2]] }', 'constants: { c: 3 }'), [
    '7:3 axes.c: is named like a constant; choose another name for this axis',
  ]);
  starts(after('  rocm: ["5.2"]'), [
    '7:3 axes.rocm: "rocm" is no name for a case parameter; conditions use environment, setting, torch, rocm',
  ]);
  starts(field('constants: { setting: x }'), ['8:14 constants.setting: "setting" is no name for a case parameter']);
});

test('absurd sizes', () => {
  starts(after('  a: { from: 1, to: 1000000, step: 1 }', '  b: { from: 1, to: 1001, step: 1 }'), [
    '7:3 axes: make 1,001,000,000 cells with 1 environments and 1 settings; a matrix has at most 1,000,000,000',
  ]);
  starts(problems(`a: ${'x'.repeat(10 * 1024 * 1024)}`), [
    '1:1 : the file has 10,485,763 characters; a matrix has at most 262,144',
  ]);
});

test('the search axis exists and has an order', () => {
  starts(field('search: { axis: sise }'), [
    '8:17 search.axis: there is no axis "sise"; did you mean "size"? known: size',
  ]);
  const zip = '  c: { zip: [a, b], values: [[1, 2]] }';
  starts(after(zip, '  size: [8]', 'search: { axis: c }'), [
    '9:17 search.axis: "c" is a zipped axis, which has no order; search along an axis of one numeric parameter',
  ]);
  starts(after(zip, '  size: [8]', 'search: { axis: a }'), [
    '9:17 search.axis: "a" is set by the zipped axis "c", which has no order;',
  ]);
  starts(after('  size: [8, big]', 'search: { axis: size }'), [
    '8:17 search.axis: the axis "size" holds "big", which has no order; search along an axis of numbers',
  ]);
  starts(field('search: { strategy: bisect }'), ['8:21 search.strategy: "bisect" is not allowed; known: map, line']);
});

test('include speaks of parameters that exist', () => {
  const zip = '  c: { zip: [a, b], values: [[1, 2]] }';
  starts(field('include:', '  - { sise: 42 }'), [
    '9:7 include[0].sise: unknown parameter; did you mean "size"? known: size, environment, setting',
  ]);
  starts(after(zip, 'include:', '  - { a: 42 }'), [
    '9:5 include[0]: sets a part of the zipped axis "c"; give b as well',
  ]);
  starts(field('include: [{ size: 9, setting: fast }]'), [
    '8:31 include[0].setting: there is no setting "fast"; known: default',
  ]);
  starts(field('include: [{ size: 9, environment: rocm5.2-torch1.13.2 }]'), [
    '8:35 include[0].environment: there is no environment "rocm5.2-torch1.13.2"; did you mean "rocm5.2-torch1.13.1"?',
  ]);
  starts(field('include: [{ setting: default }]'), [
    '8:11 include[0]: adds no case; give at least one parameter: size',
  ]);
  starts(field('include: [{ size: large }]'), [
    '8:19 include[0].size: "large" has no place on the search axis; give a number',
  ]);
  starts(
    after(
      '  a: { from: 1, to: 1000, step: 1 }',
      '  b: { from: 1, to: 1000, step: 1 }',
      '  s: [1]',
      'include: [{ s: 2 }]',
    ),
    ['10:1 include: stands for 1,000,000 cases; at most 100,000 may be included: put the values on the axes'],
  );
});

test('exclude and expect speak of names that exist', () => {
  starts(field('exclude: [{ sise: 8 }]'), [
    '8:13 exclude[0].sise: unknown name; did you mean "size"? known: size, environment, setting, torch, rocm, env.NAME',
  ]);
  starts(field('expect:', '  - { where: { siz: 8 }, first_run_within: 5s }'), [
    '9:16 expect[0].where.siz: unknown name; did you mean "size"?',
  ]);
  starts(field('exclude: [{ setting: [default, fast] }]'), [
    '8:32 exclude[0].setting[1]: there is no setting "fast"; known: default',
  ]);
  starts(field('exclude: [{ environment: { not: rocm5.2 } }]'), [
    '8:33 exclude[0].environment.not: there is no environment "rocm5.2"; known: rocm5.2-torch1.13.1',
  ]);
  starts(field('exclude: [{ size: { above: 8 } }]'), [
    '8:21 exclude[0].size.above: unknown field; known: gt, gte, lt, lte,',
  ]);
  starts(field('exclude: [{ size: {} }]'), [
    '8:19 exclude[0].size: is an empty condition; write a value, a list of values or operators',
  ]);
  starts(field('exclude: [{ torch: { version: new } }]'), [
    '8:31 exclude[0].torch.version: "new" is not a version specifier; write one such as ">=5.5,<6.2"',
  ]);
  starts(field('expect: [{ where: { size: 8 } }]'), ['8:10 expect[0].first_run_within: is missing; it must be text']);
  assert.equal(field('exclude: [{ size: 8, torch: "1.13.1", rocm: "5.2", env.HSA_XNACK: "1" }]'), []);
});

test('something must be left to try', () => {
  starts(field('exclude: [{ size: { gte: 8 } }]'), [
    '8:1 exclude: leaves no cell to try; take a condition away or make one narrower',
  ]);
});

test('durations and numbers', () => {
  starts(field('watchdog: { term_grace: 30 }'), [
    '8:25 watchdog.term_grace: 30 has no unit; write "30s" for seconds ("500ms", "30s", "2m", "1h")',
  ]);
  starts(field('watchdog: { term_grace: 30 s }'), [
    '8:25 watchdog.term_grace: "30 s" is not a duration; write a number and a unit without a space',
  ]);
  starts(field('watchdog: { term_grace: 0s }'), [
    '8:25 watchdog.term_grace: 0 s is out of range; a duration is at least 1ms and at most 168h',
  ]);
  starts(field('watchdog: { term_grace: 200h }'), ['8:25 watchdog.term_grace: 720000 s is out of range']);
  starts(field('attempts: 0'), ['8:11 attempts: 0 is out of range; it must be at least 1']);
  starts(field('attempts: 14', 'flaky: { delta: 0.01, smallest_rate: 0.3 }'), [
    '8:11 attempts: 14 clean attempts cannot keep what `flaky` promises: delta 0.01 with smallest_rate 0.3 takes 15; write 15 or auto',
  ]);
  assert.equal(field('attempts: 15', 'flaky: { delta: 0.01, smallest_rate: 0.3 }'), []);
  starts(field('attempts: 1.5'), ['8:11 attempts: 1.5 is not a whole number; it must be a whole number']);
  starts(field('bad: [hang, pass]'), ['8:13 bad[1]: "pass" is not allowed; known: wrong-result,']);
  starts(field('device: gpu'), ['8:9 device: "gpu" is not allowed; did you mean "xpu"?']);
  starts(field('description: 5'), ['8:14 description: 5 is not text; put it in quotes: "5"']);
  starts(field('constants:'), [
    '8:1 constants: is empty; it must be a map of names to values, or left out where it has a default',
  ]);
});

test.run();

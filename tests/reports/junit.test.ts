/** JUnit XML, read back by Python's parser: a CI server refuses a file that is not well-formed. */
import { execFileSync } from 'node:child_process';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { foundingNotesSmall, hostile, interrupted, notCounted } from './sample-results.ts';

const test = suite('junit report');

const READER = `
import sys, json, xml.etree.ElementTree as tree
root = tree.fromstring(sys.stdin.buffer.read())
print(json.dumps([dict(suite.attrib, cases=[dict(case.attrib, marks=[one.tag for one in case]) for case in suite.iter('testcase')], simulated=[p.get('value') for p in suite.iter('property') if p.get('name') == 'simulated']) for suite in root.iter('testsuite')]))
`;

interface Suite {
  readonly name: string;
  readonly tests: string;
  readonly failures: string;
  readonly skipped: string;
  readonly simulated: string[];
  readonly cases: { readonly name: string; readonly marks: string[] }[];
}

function read(xml: string): Suite[] {
  return JSON.parse(execFileSync('python3', ['-c', READER], { input: xml, encoding: 'utf8', maxBuffer: 1 << 26 }));
}

test('one suite for each environment and setting, one case for each observed cell', () => {
  const results = foundingNotesSmall();
  const suites = read(renderJunit(results));
  assert.is(suites.length, results.environments.length * results.settings.length);
  assert.is(
    suites.flatMap((one) => one.cases).length,
    results.cells.filter((cell) => cell.basis.kind === 'observed').length,
  );
  assert.ok(suites.every((one) => one.name.startsWith('SIMULATED ') && one.simulated.join() === 'true'));
  const hanging = suites.find((one) => one.name.includes('rocm5.3'));
  assert.ok(Number(hanging?.failures) > 0);
  assert.is(hanging?.cases.filter((one) => one.marks.includes('failure')).length, Number(hanging?.failures));
});

/** What the schema of Jenkins' xUnit plugin asks for: these attributes and no others, children in this order, counts that add up. */
const STRICT = `
import sys, re, xml.etree.ElementTree as tree
root = tree.fromstring(sys.stdin.buffer.read())
allowed = {'testsuites': 'name tests failures errors skipped time', 'testsuite': 'name timestamp tests failures errors skipped time', 'testcase': 'name classname time', 'properties': '', 'property': 'name value', 'failure': 'type message', 'error': 'type message', 'skipped': 'message'}
children = {'testsuites': {'testsuite'}, 'testsuite': {'properties', 'testcase'}, 'testcase': {'failure', 'error', 'skipped'}, 'properties': {'property'}}
for one in root.iter():
    assert set(one.attrib) <= set(allowed[one.tag].split()), (one.tag, one.attrib)
    assert {child.tag for child in one} <= children.get(one.tag, set()), one.tag
    if one.tag in ('testsuites', 'testsuite'):
        cases = list(one.iter('testcase'))
        assert int(one.get('tests')) == len(cases)
        for name, tag in (('failures', 'failure'), ('errors', 'error'), ('skipped', 'skipped')):
            assert int(one.get(name)) == sum(len(case.findall(tag)) for case in cases), name
    if one.tag == 'testsuite':
        assert re.fullmatch(r'[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}', one.get('timestamp')), one.get('timestamp')
        assert [child.tag for child in one][0] == 'properties'
    if 'time' in one.attrib: float(one.get('time'))
print('valid')
`;
import { renderJunit } from './of-results.ts';

test('the form that CI servers ask for, and counts that add up', () => {
  for (const results of [foundingNotesSmall(), interrupted(), notCounted()]) {
    assert.is(
      execFileSync('python3', ['-c', STRICT], { input: renderJunit(results), encoding: 'utf8' }).trim(),
      'valid',
    );
  }
});

test('an environment that could not be used is skipped with its reason', () => {
  const xml = renderJunit(interrupted());
  const away = read(xml).find((one) => one.name === 'rocm5.3-torch2.0.1 / default');
  assert.is(away?.skipped, '1');
  assert.match(xml, /<skipped message="no wheel for CPython 3\.10 in the index"\/>/);
  assert.not.match(xml, /SIMULATED/);
});

test('hostile text is well-formed XML without control characters', () => {
  const xml = renderJunit(hostile());
  assert.ok(read(xml).length > 0);
  assert.not.match(xml, /(?!\n|\t)\p{Control}|[\u202e\ufffe\uffff]|\p{Surrogate}/u);
});

test.run();

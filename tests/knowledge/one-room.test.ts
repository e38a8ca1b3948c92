/** What is known of a probe stands in harness/knowledge: elsewhere its name, parameters and operation stand only for the reasons given here. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { lineOf, mask } from '../../ci/walls/mask.ts';
import { PROBES } from '../../harness/knowledge/probes.ts';

const test = suite('one room for what is known of probes');
const ROOT = join(import.meta.dirname, '..', '..');

/** Files outside the room, and why they may say it. */
const MAY_SAY: Readonly<Record<string, string>> = {
  'harness/makers/amd/doctor.ts': 'says of one matrix file what it sets',
  'harness/matrix/file/schema.ts': 'the description of a field names a probe that comes with the program',
  'harness/matrix/variables/miopen.ts': "MIOpen's own names of variables",
  'harness/matrix/variables/no-ops.ts': "MIOpen's own names of variables",
  'harness/model/control.ts': "the controls' own names, as matrices and journals write them",
  'harness/supervisor/signatures/stderr.ts': 'log lines as libraries write them',
};

/** Parameters with a common word for a name are words of other rooms too. */
const PARAMETERS = new Set(PROBES.flatMap(({ parameters }) => parameters).filter((name) => name.includes('_')));
/** Quantities are named by hand, if at all: no other room has a word of this kind. */
const QUANTITIES = new Set(
  PROBES.flatMap(({ quantities }) => quantities.map(({ name }) => name)).filter((name) => /^\w+_\w+$/.test(name)),
);
const NAMES = PROBES.flatMap(({ probes }) => probes);
const SAYS = new RegExp(`\\b(?:${[...NAMES, ...PARAMETERS, ...QUANTITIES].join('|')})\\b|onvolution`, 'gi');

/** `line: word` of every place in code and texts; comments may give examples. */
function places(source: string): string[] {
  return [...mask(source, 'comments').matchAll(SAYS)].map(({ 0: word, index }) => `${lineOf(source, index)}: ${word}`);
}

const said = ['harness', 'reports']
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
  )
  .filter((path) => path.endsWith('.ts') && !path.startsWith('harness/knowledge/'))
  .map((path) => ({ path, found: places(readFileSync(join(ROOT, path), 'utf8')) }))
  .filter(({ found }) => found.length > 0);

test('no other room knows a probe by its name, its parameters or its operation', () => {
  assert.equal(
    said.filter(({ path }) => MAY_SAY[path] === undefined),
    [],
    'ask harness/knowledge, or give a reason in this file',
  );
});

test('no exception without a need', () => {
  assert.equal(
    said
      .map(({ path }) => path)
      .filter((path) => MAY_SAY[path] !== undefined)
      .toSorted(),
    Object.keys(MAY_SAY),
  );
});

test('code and texts are looked at, comments are not', () => {
  assert.equal(places("// conv2d\nconst name = 'in_channels'; /* Convolution */\nconst text = `a convolution`;"), [
    '2: in_channels',
    '3: onvolution',
  ]);
  assert.equal(places('const own = /^conv2d$/; const channels = hidden_channels;'), ['1: conv2d']);
});

test.run();

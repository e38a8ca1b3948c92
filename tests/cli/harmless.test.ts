/** Nothing that a probe, a file, a path or a word says can steer the terminal, in any command; our own colours do. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inFolder, resultsOf } from './bench-process.ts';
import { benchHere, type Said } from './in-process.ts';
import { harmless } from '../../harness/cli/text/harmless.ts';
import { palette } from '../../harness/cli/text/palette.ts';

const test = suite('cli/harmless');

const ESC = '\u001b';
const EVIL = `${ESC}[2J${ESC}]0;title\u0007${ESC}[31m\u0000\u009b1m\u202e\r`;
/** What may not reach a terminal; our own colours are taken out first. */
const UNSEEN = /(?![\n\t])[\p{Control}\p{Format}]/u;

function isHarmless({ stdout, stderr }: Said): void {
  for (const text of [stdout, stderr])
    assert.not.match(text.replaceAll(new RegExp(`${ESC}\\[(?:1|2|22|31|32|39)m`, 'g'), ''), UNSEEN);
}

test('our colours go through as they are, and nothing else does', () => {
  assert.is(harmless(palette(true).bad('x')), `${ESC}[31mx${ESC}[39m`);
  assert.is(harmless(`${ESC}[31mx${ESC}[39m`), '␛[31mx␛[39m', 'the same by somebody else');
  assert.is(harmless(palette(true).bold(`a${ESC}[2Jb`)), `${ESC}[1ma␛[2Jb${ESC}[22m`);
  assert.is(harmless('a\tb\r\nc\n'), 'a\tb\nc\n');
});

test('whatever is written: no control character is left, and harmless text is as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.not.match(harmless(text), UNSEEN);
    }),
    { seed: 9, numRuns: 500 },
  );
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
      assert.is(harmless(text), text);
    }),
    { seed: 9, numRuns: 100 },
  );
});

test('a probe that raises what steers a terminal, in a folder whose name does', async () => {
  await inFolder(async (folder) => {
    await folder.write('evil.py', `raise ValueError(${JSON.stringify(EVIL)})\n`);
    const matrix = await folder.write(
      'own.yml',
      `schema: 1
name: own
probe: ./evil.py
device: cpu
environments: [{ kind: interpreter, name: here, python: python3 }]
axes: { size: [8, 16] }
measure: { verify: false }
`,
    );
    const run = folder.file(`run${ESC}[2J`);
    const ran = await benchHere(['run', matrix, '--out', run], { env: { FORCE_COLOR: '1' } });
    assert.is(ran.code, 3, ran.stderr);
    assert.ok(ran.stdout.includes('␛[2J'), ran.stdout);
    assert.ok(ran.stdout.includes(`${ESC}[1m`), 'bold text is bold');
    isHarmless(ran);
    for (const words of [
      ['judge', run],
      ['report', run],
      ['issue', run],
      ['compare', run, run],
      ['bisect', 'log', run],
    ])
      isHarmless(await benchHere(words));
    // A stranger's folder: seals and reasons are his.
    const journal = join(run, 'journal.jsonl');
    const text = readFileSync(journal, 'utf8').replaceAll(/,"chain":"\w+","crc":"\w+"\}$/gm, '}');
    writeFileSync(
      journal,
      text
        .replace(
          '"event":"run-finished"',
          `"event":"device-quarantined","reason":${JSON.stringify(`${EVIL}\nall is well`)}`,
        )
        .replace(/"name":"[^"]*"/, `"name":${JSON.stringify(EVIL)}`),
    );
    const judged = await benchHere(['judge', run]);
    isHarmless(judged);
    assert.match(judged.stdout, /QUARANTINED: .*␛\[2J/);
    assert.not.match(judged.stdout, /^all is well/m);
  });
});

test('words, and documents in JSON, which keep what they say', async () => {
  for (const words of [
    [EVIL],
    ['run', EVIL],
    ['run', '--resume', EVIL],
    ['judge', EVIL],
    ['catalogue', 'show', EVIL],
  ]) {
    const said = await benchHere(words);
    assert.is.not(said.code, 0);
    isHarmless(said);
  }
  await inFolder(async (folder) => {
    const model = `schema: 1\nname: m\ndescription: d\ndevice: { name: "${'\\u202e'}card", target: gfx1010 }\ntime_scale: 0.001\ndefault: { kind: pass, seconds: 0.1 }\n`;
    await folder.write('model.yml', model);
    const matrix = await folder.write(
      'm.yml',
      'schema: 1\nname: m\nprobe: conv2d\ndevice: simulated\nsimulate: ./model.yml\nenvironments: [{ kind: interpreter, name: here, python: python3 }]\naxes: { size: [8] }\n',
    );
    const run = folder.file('run');
    const said = await benchHere(['run', matrix, '--json', '--out', run]);
    isHarmless(said);
    assert.is(JSON.parse(said.stdout).device.name, (await resultsOf(run)).device.name);
    assert.ok((await resultsOf(run)).device.name.includes('\u202e'));
  });
});

test.run();

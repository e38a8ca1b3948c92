import { mkdir, readFile, readdir } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inFolder } from '../bench-process.ts';
import { smallMatrix, wheel } from '../matrices.ts';
import { describeFailure } from '../../../harness/cli/text/failure.ts';
import { newRun } from '../../../harness/cli/run/new-run.ts';
import type { RunChoices } from '../../../harness/cli/run/run-choices.ts';
import { parseResolved } from '../../../harness/matrix/file/resolved.ts';

const test = suite('cli/new-run');

/** What `bench run` prints when it cannot begin; it must exit 2. */
async function refusal(matrix: string, given: RunChoices): Promise<string> {
  try {
    (await newRun(matrix, given, process.env)).release();
  } catch (error) {
    const { text, exitCode } = describeFailure(error, {});
    assert.is(exitCode, 2, text);
    return text;
  }
  throw new Error(`the run began: ${JSON.stringify(given)}`);
}

const NO_AXIS = `schema: 1\nname: n\nprobe: conv2d\nenvironments: [${wheel('5.2')}]\naxes: { kind: [a, b] }\n`;
const OWN_PROBE =
  'schema: 1\nname: n\nprobe: ./own.py\nenvironments: [{ kind: interpreter, python: bin/python }, { kind: interpreter, python: python3 }]\naxes: { size: [1] }\n';

test('what fits the words but not the matrix or the folder is refused before anything is written', async () => {
  await inFolder(async (folder) => {
    const matrix = await smallMatrix(folder);
    const noAxis = await folder.write('no-axis.yml', NO_AXIS);
    const noProbe = await folder.write('no-probe.yml', OWN_PROBE);
    const otherProbe = await folder.write('other.yml', OWN_PROBE.replace('./own.py', 'conv3d'));
    await mkdir(folder.file('used'));
    await folder.write('used/something', 'x');
    const before = await readdir(folder.path);
    const out = folder.file('run');

    assert.match(
      await refusal(noProbe, { device: 'cpu', out }),
      /the probe \.\/own\.py is not a file[\s\S]*built-in probes: conv2d/,
    );
    assert.match(
      await refusal(otherProbe, { device: 'cpu', out }),
      /there is no probe called conv3d[\s\S]*built-in probes: conv2d/,
    );
    assert.match(
      await refusal(noAxis, { device: 'simulated', out }),
      /needs a model: this matrix names none[\s\S]*--model <file>/,
    );
    assert.match(
      await refusal(noAxis, { device: 'cpu', search: 'line', out }),
      /no axis to search along[\s\S]*--search grid/,
    );
    assert.match(
      await refusal(matrix, { model: folder.file('absent.yml'), out }),
      /cannot read the model .*absent\.yml: there is no such file/,
    );
    assert.match(
      await refusal(matrix, { model: matrix, out }),
      /matrix\.yml has \d+ problems[\s\S]*matrix\.yml:\d+:\d+: /,
    );
    assert.match(
      await refusal(matrix, { device: 'cpu', model: folder.file('model.yml'), out }),
      /--model is for the simulated card[\s\S]*--device simulated/,
    );
    assert.match(
      await refusal(matrix, { out: folder.file('used') }),
      /used is not empty and holds no run \(something\)/,
    );
    assert.match(await refusal(matrix, { out: folder.file('model.yml') }), /model\.yml is a file/);
    assert.equal(await readdir(folder.path), before);
  });
});

test('a file that is no YAML is told in short lines', async () => {
  await inFolder(async (folder) => {
    const prose = await folder.write('notes.md', `Notes: these\n${'a long paragraph of prose, '.repeat(40)}\n`);
    const text = await refusal(prose, { device: 'cpu', out: folder.file('run') });
    assert.match(text, /notes\.md:\d+:\d+: is not YAML/);
    for (const line of text.split('\n')) assert.ok(line.length < 300, line);
  });
});

test('a folder that holds a run is not used again', async () => {
  await inFolder(async (folder) => {
    const matrix = await smallMatrix(folder);
    const opened = await newRun(matrix, { out: folder.file('run') }, process.env);
    await opened.folder.write('journal.jsonl', '{}\n');
    opened.release();
    assert.match(await refusal(matrix, { out: folder.file('run') }), /already holds a run[\s\S]*bench run --resume/);
  });
});

test('probe and interpreters are spelled out in the run folder, commands stay commands', async () => {
  await inFolder(async (folder) => {
    await folder.write('own.py', 'def main(case, device, report): pass\n');
    const matrix = await folder.write('m.yml', OWN_PROBE);
    const opened = await newRun(matrix, { device: 'cpu', out: folder.file('run') }, process.env);
    opened.release();
    const resolved = parseResolved(await readFile(folder.file('run', 'matrix.resolved.json'), 'utf8'));
    assert.is(resolved.probe, folder.file('own.py'));
    assert.equal(pythonsOf(resolved), [folder.file('bin', 'python'), 'python3']);
    assert.equal(
      resolved.environments.map(({ name }) => name),
      ['python-bin-python', 'python-python3'],
      'the names are of the matrix as given',
    );
    assert.is(resolved.device, 'cpu');
    assert.is(await readFile(folder.file('run', 'matrix.yml'), 'utf8'), OWN_PROBE);
  });
});

function pythonsOf({ environments }: ReturnType<typeof parseResolved>): readonly string[] {
  return environments.flatMap((environment) => (environment.kind === 'interpreter' ? [environment.python] : []));
}

test.run();

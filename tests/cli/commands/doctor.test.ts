import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { z } from 'zod';
import { packageRoot } from '../../../harness/machine/installation.ts';
import { bench } from '../bench-process.ts';
import { benchHere } from '../in-process.ts';

const test = suite('cli/doctor');
const Document = z.object({
  wanted: z.string(),
  fit: z.boolean(),
  exitCode: z.number(),
  sections: z.array(
    z.object({
      title: z.string(),
      findings: z.array(
        z.object({
          id: z.string(),
          title: z.string(),
          state: z.enum(['ok', 'warning', 'problem']),
          saw: z.string(),
          mend: z.string().nullable(),
        }),
      ),
    }),
  ),
});

test('--json is one document, and the exit code follows it', async () => {
  for (const device of ['simulated', 'rocm:ffff:ff:1f.7']) {
    const { code, stdout } = await benchHere(['doctor', '--device', device, '--json']);
    const told = Document.parse(JSON.parse(stdout));
    assert.is(code, told.fit ? 0 : 3, device);
    assert.is(told.exitCode, code);
    assert.is(told.fit, !told.sections.some(({ findings }) => findings.some(({ state }) => state === 'problem')));
    for (const { findings } of told.sections)
      for (const { state, mend } of findings) assert.is(mend === null, state === 'ok');
  }
});

test('the screen goes to standard output, without colours where it is no terminal', async () => {
  const { stdout, stderr } = await bench(['doctor', '--device', 'cpu']);
  assert.match(stdout, /^bench\n {2}ok {7}Node/);
  assert.not.ok(stdout.includes('\u001B'));
  assert.is(stderr, '');
});

test('a catalogue file that stops every other command is a problem here too', async () => {
  const data = mkdtempSync(join(tmpdir(), 'bench-doctor-'));
  mkdirSync(join(data, 'bench'));
  writeFileSync(join(data, 'bench', 'catalogue.json'), 'garbage');
  const { code, stdout } = await bench(['doctor', '--device', 'simulated'], { env: { XDG_DATA_HOME: data } });
  rmSync(data, { recursive: true });
  assert.is(code, 3);
  assert.match(stdout, /problem {2}Catalogue/);
  assert.match(stdout, /bench\s+catalogue\s+update/);
});

async function asked(...words: readonly string[]): Promise<string> {
  return Document.parse(JSON.parse((await benchHere(['doctor', ...words, '--json'])).stdout)).wanted;
}

test('a matrix says which device is asked for, and --device has the last word', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-doctor-'));
  const matrix = join(folder, 'matrix.yml');
  writeFileSync(
    matrix,
    readFileSync(join(packageRoot(), 'matrices', 'conv2d-cpu.yml'), 'utf8')
      .replace(/^device: .*\n/m, '')
      .concat('\ndevice: cpu\n'),
  );
  assert.is(await asked(matrix), 'cpu');
  assert.is(await asked(matrix, '--device', 'simulated'), 'simulated');
  writeFileSync(matrix, 'schema: 1\n');
  const { code, stderr } = await benchHere(['doctor', matrix]);
  rmSync(folder, { recursive: true });
  assert.is(code, 2);
  assert.match(stderr, 'matrix.yml');
});

test('a device that there is none of is a usage error', async () => {
  const { code, stderr } = await benchHere(['doctor', '--device', 'toaster']);
  assert.is(code, 2);
  assert.match(stderr, 'there is no device toaster');
});

test.run();

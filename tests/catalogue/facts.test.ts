import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BUILT_IN } from '../../harness/catalogue/rows/built-in.ts';
import { holdsCode } from '../../harness/catalogue/chips.ts';
import { fileOf, indexOf } from '../../harness/catalogue/rows/files.ts';
import { neighbours, publicWheel } from '../../harness/catalogue/find.ts';
import { parseFileName, parseWritten, wheelId } from '../../harness/catalogue/wheel-name.ts';
import { selectWheels } from '../../harness/catalogue/select.ts';
import type { Wheel } from '../../harness/catalogue/types.ts';

const test = suite('the facts of the catalogue');
const stable = BUILT_IN.wheels.filter(({ channel }) => channel === 'stable');

/** The table has no quoted cells. */
function recorded(): Record<string, string>[] {
  const text = readFileSync(join(import.meta.dirname, '..', 'fixtures', 'catalogue', 'torch_rocm_wheels.csv'), 'utf8');
  const [head = '', ...lines] = text.trim().split(/\r?\n/);
  assert.not.match(text, '"');
  return lines.map((line) =>
    Object.fromEntries(head.split(',').map((name, index) => [name, line.split(',')[index] ?? ''])),
  );
}

function status(text: string | undefined): 'inferred' | 'confirmed' {
  return text?.startsWith('inferred') === true ? 'inferred' : 'confirmed';
}

function ids(wheels: readonly Wheel[]): readonly string[] {
  return wheels.map(wheelId);
}

function wheel(torch: string, rocm: string): Wheel {
  const found = publicWheel(BUILT_IN, { torch, rocm });
  if (found === null) throw new Error(`no ${torch}+rocm${rocm}`);
  return found;
}

test('every field of every stable wheel is what was recorded', () => {
  const rows = recorded();
  assert.is(rows.length, 79);
  assert.is(stable.length, 79);
  for (const [index, row] of rows.entries()) {
    const one = stable[index];
    if (one === undefined) throw new Error('too few');
    const sha256 = Object.entries(one.files)
      .map(([python, file]) => `${python}:${file.sha256}`)
      .join(' ');
    assert.equal(
      [
        one.torch,
        one.rocm,
        one.index,
        one.pythons.join(' '),
        one.platform,
        one.torchvision,
        one.miopen,
        one.gfx1030,
        one.lookup,
        one.onPage,
        sha256,
      ],
      [
        row['torch'],
        row['rocm'],
        row['index'],
        row['cpythons'],
        { value: row['platform_tag'], status: status(row['platform_status']) },
        { value: row['torchvision'], status: status(row['torchvision_status']) },
        { value: row['miopen'], status: status(row['miopen_status']) },
        row['gfx1030_code_expected'] === 'yes',
        row['library_lookup'],
        row['also_on_pytorch_previous_versions_page'],
        row['known_sha256'],
      ],
      `${row['torch']}+rocm${row['rocm']}`,
    );
    const example = parseFileName(row['example_file'] ?? '');
    assert.is(
      fileOf({ torch: one.torch, rocm: one.rocm }, example?.python.replace('cp3', '3.') ?? '').name,
      row['example_file'],
    );
  }
});

test('wheels for each ROCm tag', () => {
  const counts = Object.fromEntries(
    [...new Set(stable.map(({ rocm }) => rocm))].map((rocm) => [
      rocm,
      stable.filter((one) => one.rocm === rocm).length,
    ]),
  );
  assert.equal(counts, {
    '3.7': 1,
    '3.8': 1,
    '3.10': 2,
    '4.0.1': 7,
    '4.1': 5,
    '4.2': 5,
    '4.3.1': 1,
    '4.5.2': 1,
    '5.0': 2,
    '5.1.1': 4,
    '5.2': 2,
    '5.3': 2,
    '5.4.2': 2,
    '5.5': 3,
    '5.6': 6,
    '5.7': 5,
    '6.0': 4,
    '6.1': 5,
    '6.2': 2,
    '6.2.4': 3,
    '6.3': 5,
    '6.4': 3,
    '7.0': 1,
    '7.1': 4,
    '7.2': 3,
  });
  assert.is(stable.filter(({ gfx1030 }) => gfx1030 === true).length, 58);
  assert.is(new Set(stable.filter(({ gfx1030 }) => gfx1030 === true).map(({ rocm }) => rocm)).size, 19);
});

test('questions that people ask', () => {
  assert.equal(ids(selectWheels(BUILT_IN, { rocm: '5.4.2', newest: true })), ['2.0.1+rocm5.4.2']);
  assert.equal(ids(selectWheels(BUILT_IN, { rocm: '5.4' })), ['2.0.0+rocm5.4.2', '2.0.1+rocm5.4.2']);
  assert.equal(ids(selectWheels(BUILT_IN, { rocm: '6.2' })), ['2.5.0+rocm6.2', '2.5.1+rocm6.2']);
  assert.is(selectWheels(BUILT_IN, { torch: '2.1' }).length, 6);
  assert.is(
    selectWheels(BUILT_IN, { python: 'cp38' }).length,
    stable.filter(({ pythons }) => pythons.includes('cp38')).length,
  );
  assert.equal(
    new Set(selectWheels(BUILT_IN, { lacks: 'gfx1030' }).map(({ torch }) => torch.split('.').slice(0, 2).join('.'))),
    new Set(['1.7', '1.8', '1.9', '1.10']),
  );
  assert.is(selectWheels(BUILT_IN, { card: 'gfx1010' }).length, 58);
  assert.is(selectWheels(BUILT_IN, { lacks: 'gfx1010' }).length, 79);
  assert.equal(ids(selectWheels(BUILT_IN, { torch: '>=2.10' })).slice(0, 2), ['2.10.0+rocm7.0', '2.10.0+rocm7.1']);
  assert.is(
    ids(selectWheels(BUILT_IN, { order: 'rocm', rocm: '>=3.8,<4' })).join(),
    '1.7.1+rocm3.8,1.8.0+rocm3.10,1.8.1+rocm3.10',
  );
});

test('neighbours differ in one factor', () => {
  const near = neighbours(BUILT_IN, wheel('2.0.1', '5.4.2'));
  assert.equal(ids(near.torchOnly), ['2.0.0+rocm5.4.2']);
  assert.equal(ids(near.rocmOnly), ['2.0.1+rocm5.3']);
  assert.equal(ids(near.otherBuilds), ['2.0.1+rocm5.7', '2.1.0.dev20230308+rocm5.4.2']);
  for (const one of stable) {
    const { torchOnly, rocmOnly } = neighbours(BUILT_IN, one);
    assert.ok(torchOnly.every(({ torch, rocm }) => rocm === one.rocm && torch !== one.torch));
    assert.ok(rocmOnly.every(({ torch, rocm }) => rocm !== one.rocm && torch === one.torch));
  }
});

test('code for chips: since when, never, and not known', () => {
  assert.equal(
    ['gfx906', 'gfx1030', 'gfx90a', 'gfx1010', 'gfx1100', 'gfx1101'].map((chip) =>
      holdsCode(wheel('1.10.1', '4.2'), chip),
    ),
    [true, false, false, false, false, false],
  );
  assert.equal(
    ['gfx1030', 'gfx1100', 'gfx942', 'gfx1010', 'gfx1201', 'gfx1151'].map((chip) =>
      holdsCode(wheel('2.8.0', '6.4'), chip),
    ),
    [true, true, true, false, null, null],
  );
  const amd = BUILT_IN.wheels.find(({ channel }) => channel === 'amd');
  assert.is(amd === undefined ? true : holdsCode(amd, 'gfx1030'), null);
});

test('indexes: nightlies have one of their own', () => {
  assert.is(indexOf({ torch: '2.2.2', rocm: '5.7' }), 'https://download.pytorch.org/whl/rocm5.7');
  assert.is(indexOf({ torch: '2.0.0.dev20230209', rocm: '5.2' }), 'https://download.pytorch.org/whl/nightly/rocm5.2');
  assert.is(indexOf({ torch: '2.9.0.dev20990101', rocm: '6.4' }), 'https://download.pytorch.org/whl/nightly/rocm6.4');
  assert.is(
    fileOf({ torch: '2.7.1', rocm: '6.3' }, '3.12').sha256,
    'b0c10342f64a34998ae8d5084aa1beae7e11defa46a4e05fe9aa6f09ffb0db37',
  );
  assert.is(fileOf({ torch: '2.7.1', rocm: '6.3' }, '3.11').sha256, null);
});

test('the ways in which people write a wheel', () => {
  for (const text of [
    'torch==2.2.2+rocm5.7',
    '2.2.2+rocm5.7',
    'rocm5.7-torch2.2.2',
    'torch-2.2.2+rocm5.7-cp310-cp310-linux_x86_64.whl',
  ]) {
    const written = parseWritten(text);
    assert.equal([written?.torch, written?.rocm, written?.build], ['2.2.2', '5.7', ''], text);
  }
  assert.is(parseWritten('2.4.1+rocm6.4.1.git4e7ae583')?.build, '.git4e7ae583');
  assert.equal(['', 'torch', '2.2.2', 'torch==2.2.2+cu118', '../2.2.2+rocm5.7'].map(parseWritten), [
    null,
    null,
    null,
    null,
    null,
  ]);
});

test.run();

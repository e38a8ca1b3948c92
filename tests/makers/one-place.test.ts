import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DEVICE_KINDS } from '../../harness/model/makers.ts';

/** A maker is known in its own room and in the table: who adds the next one changes nothing else. */
const test = suite('a maker in one place');
const ROOT = join(import.meta.dirname, '..', '..');
const OWN = /^harness\/(?:makers\/|model\/makers\.ts$)/;
/** The youngest maker was to be added without a word of it elsewhere; of the older ones signatures, catalogue and docs are full. */
const YOUNGEST = /(?<![a-z])(?:xpu|intel)(?![a-z])/i;
/** A decision by the kind of device. "rocm" is also a factor of environments, so there the other side has to be a kind. */
const DECIDES = new RegExp(
  `[!=]== '(?:${DEVICE_KINDS.filter((kind) => kind !== 'rocm').join('|')})'|(?:kind|device|wanted|choice|maker) [!=]== 'rocm'|case '(?:${DEVICE_KINDS.filter((kind) => kind !== 'rocm').join('|')})'`,
  'i',
);

function found(pattern: RegExp): readonly string[] {
  return ['harness', 'reports']
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
    )
    .filter((path) => /\.(?:ts|js|css)$/.test(path) && !path.startsWith('reports/examples/') && !OWN.test(path))
    .flatMap((path) =>
      readFileSync(join(ROOT, path), 'utf8')
        .split('\n')
        .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
    );
}

test('the patterns see what they look for', () => {
  for (const line of ["'xpu'", 'torch_xpu', 'on Intel boards']) assert.ok(YOUNGEST.test(line), line);
  for (const line of ['expunge', 'intelligent']) assert.not.ok(YOUNGEST.test(line), line);
  for (const line of ["device.kind === 'rocm'", "kind !== 'cuda'", "case 'cpu':"]) assert.ok(DECIDES.test(line), line);
  assert.not.ok(DECIDES.test("factor === 'rocm'"));
});

test('nothing outside of the makers speaks of the youngest of them', () => {
  assert.equal(found(YOUNGEST), []);
});

test('nothing outside of the makers decides by the kind of a device', () => {
  assert.equal(found(DECIDES), []);
});

test.run();

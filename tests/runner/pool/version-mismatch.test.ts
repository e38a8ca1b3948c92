/** Environments that are not what the matrix calls them. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { EnvironmentVersions } from '../../../harness/model/events.ts';
import { disagreement } from '../../../harness/runner/pool/version-mismatch.ts';

const test = suite('what an environment is called');

function said(
  torch: string | undefined,
  rocm: string | undefined,
  actual: string | null,
  hip: string | null,
): string | null {
  const versions: EnvironmentVersions = {
    python: '3.10.1',
    executable: '/p',
    torch: actual,
    hip,
    cuda: null,
    dnn: null,
    archList: [],
    more: {},
  };
  return disagreement(
    {
      kind: 'container',
      name: 'box',
      image: 'rocm/pytorch:x',
      python: 'python3',
      env: {},
      ...(torch === undefined ? {} : { torch }),
      ...(rocm === undefined ? {} : { rocm }),
    },
    versions,
  );
}

for (const [torch, rocm, actual, hip] of [
  ['1.13.1', '5.2', '1.13.1+rocm5.2', '5.2.21151-afdc89f8'],
  ['2.0.1', '5.4.2', '2.0.1+rocm5.4.2', '5.4.22803-474e8620'],
  ['1.13.0', '5.4', '1.13.0a0+git941769a', '5.4.22804-474e8620'],
  ['2.1', undefined, '2.1.2+cu121', null],
  ['2.1.0', undefined, '2.1', null],
  ['2.0.0.dev20230209', '5.2', '2.0.0.dev20230209+rocm5.2', '5.2.21151'],
  [undefined, undefined, '1.0', null],
  ['1.13.1', '5.2', null, null],
] as const) {
  test(`torch ${torch} and ROCm ${rocm} may be ${actual} with HIP ${hip}`, () =>
    assert.is(said(torch, rocm, actual, hip), null));
}

for (const [torch, rocm, actual, hip] of [
  ['1.13.1', '5.2', '1.13.1+rocm5.3', '5.3.1'],
  ['1.13.1', '5.2', '2.13.1+rocm5.2', '5.2.1'],
  ['2.1', undefined, '2.10.0', null],
  ['1.13.1', '5.2', '1.13.1', null],
  ['1.13.1', '5.2', '1.13.1+gitabc', '5.3.1'],
  ['2.0.0.dev20230209', undefined, '2.0.0.dev20230210', null],
] as const) {
  test(`torch ${torch} and ROCm ${rocm} is not ${actual} with HIP ${hip}`, () => {
    const text = said(torch, rocm, actual, hip) ?? '';
    assert.ok(text.startsWith(`box: the matrix says torch ${torch}`), text);
    assert.match(text, `but it loads torch ${actual} (`);
  });
}

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { convFeatures } from '../../harness/insight/features.ts';

const features = suite('features of a convolution');

features('the im2col workspaces around the boundary measured by a card owner', () => {
  for (const [channels, filters, size, bytes] of [
    [16, 32, 40, 921_600],
    [16, 32, 42, 1_016_064],
    [16, 32, 44, 1_115_136],
    [15, 31, 48, 1_244_160],
    [17, 33, 48, 1_410_048],
    [31, 63, 64, 4_571_136],
    [3, 16, 32, 110_592],
    [15, 32, 44, 1_045_440],
    [17, 32, 42, 1_079_568],
    [16, 32, 43, 1_065_024],
    [32, 64, 30, 1_036_800],
    [32, 64, 31, 1_107_072],
    [3, 16, 98, 1_037_232],
    [3, 16, 99, 1_058_508],
  ] as const) {
    const got = convFeatures({ in_channels: channels, out_channels: filters, size });
    assert.is(got?.workspace_bytes, bytes, `${channels} to ${filters} at ${size}`);
    assert.is(got?.pixels, size * size);
  }
});

features('strides, groups, batch and half precision', () => {
  const strided = {
    in_channels: 64,
    out_channels: 128,
    height: 56,
    width: 28,
    kernel: 1,
    padding: 0,
    stride: 2,
    batch: 4,
    dtype: 'float16',
    groups: 2,
  };
  assert.equal(convFeatures(strided), {
    pixels: 28 * 14,
    workspace_bytes: 64 * 28 * 14 * 2,
    input_bytes: 4 * 64 * 56 * 28 * 2,
    output_bytes: 4 * 128 * 28 * 14 * 2,
    weight_bytes: 128 * 32 * 1 * 2,
    gemm_m: 64,
    gemm_n: 28 * 14,
    gemm_k: 32,
  });
});

features('dilation widens the kernel', () => {
  assert.is(convFeatures({ in_channels: 1, out_channels: 1, size: 10, padding: 0, dilation: 2 })?.pixels, 36);
});

features('nothing for what is no convolution', () => {
  for (const parameters of [
    {},
    { size: 32 },
    { in_channels: 16, out_channels: 32 },
    { in_channels: 16, out_channels: 32, size: 'large' },
    { in_channels: 16, out_channels: 32, size: 1, padding: 0 },
    { in_channels: 3, out_channels: 32, size: 8, groups: 2 },
    { in_channels: 16, out_channels: 32, size: 8, dtype: 'int4' },
  ]) {
    assert.is(convFeatures(parameters), null, JSON.stringify(parameters));
  }
});

features.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Case } from '../../harness/model/cell.ts';
import { featuresOf, knowledgeOf } from '../../harness/knowledge/probes.ts';

const features = suite('features of a convolution');
const featuresOfConv = (one: Case): Readonly<Record<string, number>> | null => featuresOf(knowledgeOf('conv2d'), one);

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
    const got = featuresOfConv({ in_channels: channels, out_channels: filters, size });
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
  assert.equal(featuresOfConv(strided), {
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
  assert.is(featuresOfConv({ in_channels: 1, out_channels: 1, size: 10, padding: 0, dilation: 2 })?.pixels, 36);
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
    assert.is(featuresOfConv(parameters), null, JSON.stringify(parameters));
  }
});

const driver = suite('MIOpenDriver');

function commandOf(given: Readonly<Record<string, string | number>>): string {
  const command = knowledgeOf('conv2d').driver?.commandOf({ in_channels: 4, out_channels: 6, size: 9, ...given });
  return command?.kind === 'command' ? command.line : (command?.why ?? '');
}

driver("its line has the flags of MIOpen's own log line", () => {
  assert.is(
    commandOf({
      batch: 5,
      in_channels: 24,
      out_channels: 48,
      height: 7,
      width: 11,
      kernel_h: 3,
      kernel_w: 5,
      stride: 2,
      padding: 4,
      dilation: 3,
      groups: 8,
      size: 7,
    }),
    'MIOpenDriver conv -n 5 -c 24 -H 7 -W 11 -k 48 -y 3 -x 5 -p 4 -q 4 -u 2 -v 2 -l 3 -j 3 -m conv -g 8 -F 1 -t 1',
  );
  assert.match(commandOf({ dtype: 'float16', direction: 'backward-data' }), /^MIOpenDriver convfp16 .* -F 2 /);
  assert.match(commandOf({ dtype: 'bfloat16', direction: 'backward-weights' }), /^MIOpenDriver convbfp16 .* -F 4 /);
  assert.match(commandOf({ layout: 'nhwc' }), /-j 1 --in_layout NHWC --fil_layout NHWC --out_layout NHWC -m conv/);
});

driver('it says why there is no line', () => {
  assert.is(commandOf({ dtype: 'float64' }), 'MIOpenDriver has no program for float64');
  assert.is(commandOf({ size: 'large', groups: 0 }), 'its case has no usable height, width, groups');
});

driver.run();
features.run();

/** Random sound matrices for property tests. */
import * as fc from 'fast-check';
import { loadMatrix } from '../../harness/matrix/load.ts';
import type { Matrix, MatrixInput } from '../../harness/matrix/file/schema.ts';

const size = fc.oneof(
  fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 5 }),
  fc.record({
    from: fc.integer({ min: 1, max: 4 }),
    to: fc.integer({ min: 4, max: 12 }),
    step: fc.integer({ min: 1, max: 4 }),
  }),
  fc.record({ from: fc.constantFrom(0.5, 1), to: fc.constantFrom(4, 9), factor: fc.constantFrom(1.5, 2) }),
);
const channels = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })), {
    minLength: 1,
    maxLength: 4,
    selector: String,
  })
  .map((values) => ({ zip: ['cin', 'cout'], values: values.map((row) => [...row]) }));
const dtype = fc.uniqueArray(fc.constantFrom('f16', 'f32', 'f64'), { minLength: 1, maxLength: 3 });

const number = fc.integer({ min: 0, max: 13 });
const numeric = fc.oneof(
  number,
  fc.array(number, { minLength: 1, maxLength: 4 }),
  fc.record({ gte: number }),
  fc.record({ lt: number }),
  fc.record({ odd: fc.boolean() }),
  fc.record({ power_of_two: fc.boolean() }),
  fc.record({ not: fc.array(number, { minLength: 1, maxLength: 3 }) }),
);
const where = fc.record(
  {
    size: numeric,
    cin: numeric,
    dtype: fc.constantFrom('f16', 'f32', 'f99'),
    kernel: fc.constantFrom(3, 5),
    rocm: fc.oneof(fc.constantFrom('5.2', 5.3), fc.constant({ version: '>=5.3' })),
    environment: fc.constantFrom('a', 'b'),
    setting: fc.constantFrom('default', 'other'),
    'env.X': fc.constantFrom('1', '2'),
  },
  { requiredKeys: [] },
);
const include = fc.record(
  {
    size: number,
    dtype: fc.constantFrom('f16', 'f32', 'bf16'),
    pair: fc.tuple(number, number),
    kernel: fc.constantFrom(3, 5),
    environment: fc.constantFrom('a', 'b'),
    setting: fc.constantFrom('default', 'other'),
  },
  { requiredKeys: [] },
);

const input: fc.Arbitrary<MatrixInput> = fc
  .record({
    size,
    channels,
    dtype,
    include: fc.array(include, { maxLength: 3 }),
    exclude: fc.array(where, { maxLength: 3 }),
    axis: fc.constantFrom('size', null, undefined),
    order: fc.boolean(),
  })
  .map(({ size: sizes, channels: zip, dtype: dtypes, include: entries, exclude, axis, order }): MatrixInput => ({
    schema: 1,
    name: 'random',
    probe: 'conv2d',
    environments: [
      { kind: 'wheel', name: 'a', torch: '1.13.1', rocm: '5.2' },
      { kind: 'wheel', name: 'b', torch: '2.0.1', rocm: '5.3', env: { X: '2' } },
    ],
    settings: { default: {}, other: { env: { X: '1' } } },
    axes: order ? { size: sizes, channels: zip, dtype: dtypes } : { channels: zip, dtype: dtypes, size: sizes },
    constants: { kernel: 3 },
    include: entries.flatMap(({ pair, ...entry }) => {
      const own = pair === undefined ? entry : { ...entry, cin: pair[0], cout: pair[1] };
      return Object.keys(own).some((name) => name !== 'environment' && name !== 'setting') ? [own] : [];
    }),
    exclude,
    search: { strategy: 'line', ...(axis === undefined ? {} : { axis }) },
  }));

/** The input beside what was loaded from it; inputs whose excludes leave nothing are left out. */
export const randomMatrix: fc.Arbitrary<{ readonly input: MatrixInput; readonly matrix: Matrix }> = input
  .map((one) => ({ input: one, matrix: loadOrNull(one) }))
  .filter((one): one is { input: MatrixInput; matrix: Matrix } => one.matrix !== null);

function loadOrNull(one: MatrixInput): Matrix | null {
  try {
    return loadMatrix(JSON.stringify(one), 'random.json');
  } catch (error) {
    if (error instanceof Error && error.message.includes('leaves no cell to try')) return null;
    throw error;
  }
}

import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import type { ColumnScaling, NumericSketch } from '../../core/matrix.ts';
import { seededRandom } from '../../core/random.ts';
import { columnScaling } from '../../features/columnScaling.ts';
import type { NumericColumn } from '../../features/featureKind.ts';
import { numericSketches } from '../../features/numericSketch.ts';
import { scaledNumeric } from '../../features/scaledNumeric.ts';
import { encodeModel } from '../../models/onnx/encodeModel.ts';
import { scalingPart } from '../../models/scalingPart.ts';

const columns: readonly NumericColumn[] = [
  { name: 'plain' },
  { name: 'filled', missing: 'mean' },
  { name: 'middle', missing: 'median' },
  { name: 'own', missing: -2, scale: 'log' },
  { name: 'ranked', scale: 'quantile' },
  { name: 'rankedOrMissing', scale: 'quantile', missing: 'median' },
  { name: 'asItIs', scale: 'none' },
];

describe('scaling', () => {
  test.each([
    ['each in its own way', columns],
    ['without a missing value or a rank', columns.filter(({ name }) => name === 'plain' || name === 'asItIs')],
    ['with one rank alone', columns.filter(({ name }) => name === 'ranked')],
  ])('of columns %s is the same in training and in the graph', async (_, some) => {
    const numeric = oddNumbers(some, 2_000);
    const scaling = fitted(some, numeric);
    const scaled = scaledNumeric(numeric, scaling);
    expect(scaled.some(Number.isNaN)).toBe(false);
    const came = await inGraph(scaling, numeric);
    const far = [...scaled].filter(
      (value, at) => !(Math.abs(value - (came[at] ?? Number.NaN)) <= 1e-6 * Math.max(1, Math.abs(value))),
    );
    expect(far).toEqual([]);
  });

  test('is fitted on the values that are there', () => {
    const numeric = Float32Array.of(1, Number.NaN, 2, 9);
    expect(fitted([{ name: 'a', missing: 'mean' }], numeric)[0]).toMatchObject({ fill: 4, mean: 4 });
    expect(fitted([{ name: 'a', missing: 'median' }], numeric)[0]).toMatchObject({ fill: 2, mean: 4 });
    const own = fitted([{ name: 'a', missing: -1, scale: 'log' }], numeric)[0];
    expect(own?.fill).toBeCloseTo(-Math.log(2), 12);
  });

  test('by ranks spreads values evenly over 0 to 1, whatever they are', () => {
    const skewed = Float32Array.from({ length: 5_000 }, (_, at) => Math.exp(at / 500));
    const scaling = fitted([{ name: 'a', scale: 'quantile' }], skewed);
    const ranks = [...scaledNumeric(skewed, scaling)].map((value) => value * Math.sqrt(1 / 12) + 0.5);
    for (const [at, rank] of ranks.entries()) expect(Math.abs(rank - (at + 1) / 5_000)).toBeLessThan(0.02);
    const beyond = scaledNumeric(Float32Array.of(-1e30, 1e30), scaling);
    expect([...beyond].map((value) => value * Math.sqrt(1 / 12) + 0.5)).toEqual([
      expect.closeTo(0, 6),
      expect.closeTo(1, 6),
    ]);
  });

  test.each([
    ['no value at all', Float32Array.of()],
    ['one value', Float32Array.of(5, 5, 5)],
    ['only missing values', Float32Array.of(Number.NaN, Number.NaN)],
  ])('is a number for columns of %s', async (_, values) => {
    for (const column of columns) {
      const scaling = fitted([column], values);
      const asked = column.missing === undefined ? Float32Array.of(5, -1e9) : Float32Array.of(5, Number.NaN);
      const scaled = scaledNumeric(asked, scaling);
      expect([column.name, [...scaled].every(Number.isFinite)]).toEqual([column.name, true]);
      expect(await inGraph(scaling, asked)).toEqual(scaled);
    }
  });
});

/** Row-major; missing values only where the column has something that stands for them. */
function oddNumbers(some: readonly NumericColumn[], rows: number): Float32Array {
  const random = seededRandom(11);
  const one = ({ missing }: NumericColumn): number => {
    if (missing !== undefined && random.next() < 0.2) return Number.NaN;
    return random.next() < 0.1 ? ([0, -0, 1e-40, 1e20, -1e20][random.below(5)] ?? 0) : 100 * random.normal();
  };
  return Float32Array.from({ length: rows * some.length }, (_, at) => one(some[at % some.length] ?? { name: '' }));
}

/** From two halves, as from two hours. */
function fitted(some: readonly NumericColumn[], numeric: Float32Array): ColumnScaling[] {
  const rows = numeric.length / some.length;
  const half = Math.floor(rows / 2) * some.length;
  const sketches = [numeric.subarray(0, half), numeric.subarray(half)].map((part) =>
    numericSketches(part, part.length / some.length, some),
  );
  return some.map((column, at) =>
    columnScaling(
      column,
      sketches.map((part) => part[at] as NumericSketch),
    ),
  );
}

async function inGraph(scaling: readonly ColumnScaling[], numeric: Float32Array): Promise<Float32Array> {
  const part = scalingPart(scaling);
  const dims = ['rows' as const, scaling.length];
  const graph = {
    name: 'scaling',
    inputs: [{ name: 'numeric', type: 'float' as const, dims }],
    outputs: [{ name: part.output, type: 'float' as const, dims }],
    nodes: part.nodes,
    initializers: part.initializers,
  };
  const session = await InferenceSession.create(encodeModel(graph));
  const feeds = { numeric: new Tensor('float32', numeric, [numeric.length / scaling.length, scaling.length]) };
  const { scaled } = await session.run(feeds);
  await session.release();
  return scaled?.data as Float32Array;
}

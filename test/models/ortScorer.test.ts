import { afterAll, describe, expect, test } from 'vitest';
import type { Graph } from '../../core/graph.ts';
import { encodeModel } from '../../models/onnx/encodeModel.ts';
import { checkGolden } from '../../models/scorers/goldenRows.ts';
import { openNetworkScorer } from '../../models/scorers/networkScorer.ts';
import { openOrtScorer } from '../../models/scorers/ortScorer.ts';
import type { Scorer } from '../../models/scorers/scorer.ts';
import { columnsGraph, rowsOf, toFloat } from './columnsGraph.ts';

describe('openOrtScorer', async () => {
  const scorer = await openOrtScorer(encodeModel(columnsGraph));
  afterAll(() => scorer.release());
  const row = { miles: [0.5], at: [3], late: [true], origin: ['ATL'] };

  test('names its inputs with the types of the graph', () => {
    expect(scorer.inputs).toEqual([
      { name: 'miles', type: 'double' },
      { name: 'at', type: 'int64' },
      { name: 'late', type: 'bool' },
      { name: 'origin', type: 'string' },
    ]);
  });

  test('scores plain arrays and typed arrays alike', async () => {
    const columns = { miles: [0.5, -1], at: [3, 4n], late: [true, false], origin: ['ATL', '???'] };
    const typed = {
      miles: Float64Array.of(0.5, -1),
      at: BigInt64Array.of(3n, 4n),
      late: Uint8Array.of(1, 0),
      origin: ['ATL', '???'],
    };
    const expected = Float32Array.of(0.5 + 3 + 1 + 0.25, -1 + 4 + 0 + 0.125);
    expect(await scorer.score({ rows: 2, columns })).toEqual(expected);
    expect(await scorer.score({ rows: 2, columns: typed })).toEqual(expected);
  });

  test('rows asked for at once, of which only one has the tensors that are kept, are scored apart', async () => {
    const asked = Array.from({ length: 30 }, (_, at) => ({ ...row, miles: [at], late: [at % 2 === 0] }));
    const scores = await Promise.all(asked.map((columns) => scorer.score({ rows: 1, columns })));
    expect(scores.map(([score]) => score)).toEqual(asked.map((_, at) => at + 3 + (at % 2 === 0 ? 1 : 0) + 0.25));
  });

  test('a row that was refused leaves nothing behind, and one that comes as typed arrays is no other', async () => {
    const other = { miles: [2], at: [10], late: [false], origin: ['ATL'] };
    const expected = Float32Array.of(2 + 10 + 0 + 0.25);
    expect(await scorer.score({ rows: 1, columns: other })).toEqual(expected);
    await expect(scorer.score({ rows: 1, columns: { ...row, origin: [1] } })).rejects.toThrow('input.invalid');
    const typed = { ...other, miles: Float64Array.of(2), at: BigInt64Array.of(10n) };
    expect(await scorer.score({ rows: 1, columns: typed })).toEqual(expected);
    expect(await scorer.score({ rows: 1, columns: { ...other, at: [10n] } })).toEqual(expected);
    expect(await scorer.score({ rows: 1, columns: row })).toEqual(Float32Array.of(0.5 + 3 + 1 + 0.25));
  });

  test('no rows give no scores', async () => {
    const columns = { miles: [], at: [], late: [], origin: [] };
    expect(await scorer.score({ rows: 0, columns })).toEqual(new Float32Array(0));
  });

  test.each([
    ['a missing column', { miles: [1], at: [3], late: [true] }, "a column 'origin' (string), but came none"],
    ['an extra column', { ...row, delay: [9] }, "no columns but miles, at, late, origin, but came the column 'delay'"],
    ['a short column', { ...row, at: [] }, "1 values in the column 'at', but came 0"],
    ['a string for a number', { ...row, miles: ['7'] }, "a number in the column 'miles', but came '7' in row 0"],
    [
      'a fraction for a whole number',
      { ...row, at: [1.5] },
      "a whole number in the column 'at', but came 1.5 in row 0",
    ],
    [
      'an object for a number',
      { ...row, miles: [{ toString: 1 } as never] },
      "a number in the column 'miles', but came an object",
    ],
    ['a number for a string', { ...row, origin: [1] }, "a string in the column 'origin', but came 1 in row 0"],
    ['a number for a boolean', { ...row, late: [1] }, "true or false in the column 'late', but came 1 in row 0"],
    [
      'beyond int64',
      { ...row, at: [2n ** 63n] },
      "a whole number in the column 'at', but came 9223372036854775808 in row",
    ],
    ['beyond 2^53', { ...row, at: [2 ** 53] }, "a whole number in the column 'at', but came 9007199254740992 in row 0"],
  ])('%s is refused by name', async (_, columns, message) => {
    await expect(scorer.score({ rows: 1, columns })).rejects.toThrow(`input.invalid: expected ${message}`);
  });

  test('release waits for the calls under way, is given once, and closes the door', async () => {
    const short = await openOrtScorer(encodeModel(columnsGraph));
    const under = Array.from({ length: 50 }, () => short.score({ rows: 1, columns: row }));
    const released = Promise.all([short.release(), short.release()]);
    await expect(short.score({ rows: 1, columns: row })).rejects.toThrow('scorer.released');
    for (const scores of await Promise.all(under)) expect(scores).toEqual(Float32Array.of(4.75));
    await released;
  });

  test('a failed call does not hold the release up', async () => {
    const short = await openOrtScorer(encodeModel(columnsGraph));
    await expect(short.score({ rows: 1, columns: {} })).rejects.toThrow('input.invalid');
    await short.release();
  });

  test('bytes that are no model are refused', async () => {
    await expect(openOrtScorer(Uint8Array.of(1, 2, 3))).rejects.toThrow('package.unloadable: expected an ONNX model');
    await expect(openOrtScorer(encodeModel(columnsGraph).subarray(0, 200))).rejects.toThrow('package.unloadable');
  });
});

describe('openNetworkScorer', () => {
  test('scores a row-major matrix, in batches', async () => {
    const scorer = await openNetworkScorer(encodeModel(matrixGraph));
    const rows = 70_000;
    const matrix = {
      rows,
      width: 2,
      numeric: Float32Array.from({ length: rows * 2 }, (_, index) => index),
      categories: Int32Array.from({ length: rows * 2 }, (_, index) => (index % 2 === 0 ? -1 : index % 7)),
      categoryNames: ['unused', 'origin'],
    };
    const scores = await scorer.score(matrix);
    const expected = Float32Array.from({ length: rows }, (_, row) => 2 * row + 2 * row + 1 + ((2 * row + 1) % 7));
    expect(scores).toEqual(expected);
    expect(await scorer.score({ ...matrix, rows: 0 })).toEqual(new Float32Array(0));
    await scorer.release();
  });
});

describe('checkGolden', () => {
  const golden = { columns: { at: [1, 2] }, scores: [0.25, 0.75] };

  test('passes within 1e-5', async () => {
    await checkGolden(answering(0.25 + 9e-6, 0.75 - 9e-6), golden, 0.5);
  });

  test.each([
    ['too far', [0.25, 0.7501], 'the score 0.75 for golden row 1, {"at":2}, but came 0.75'],
    ['no number', [Number.NaN, 0.75], 'the score 0.25 for golden row 0, {"at":1}, but came NaN'],
    ['missing', [0.25], 'the score 0.75 for golden row 1, {"at":2}, but came NaN'],
  ])('%s: names the row', async (_, scores, message) => {
    const checking = checkGolden(answering(...scores), golden, 0.5);
    await expect(checking).rejects.toThrow(`package.parity-failed: expected ${message}`);
  });

  test('the decision may differ at the threshold alone', async () => {
    const near = { columns: { at: [1] }, scores: [0.500004] };
    await checkGolden(answering(0.499998), near, 0.5);
    await expect(checkGolden(answering(0.499), near, 0.5)).rejects.toThrow('package.parity-failed');
  });
});

function answering(...scores: number[]): Scorer {
  return { kind: 'onnxruntime', inputs: [], score: async () => Float32Array.from(scores), release: async () => {} };
}

/** score = the numeric columns' sum + the category's index */
const matrixGraph: Graph = {
  name: 'matrix',
  inputs: [{ name: 'numeric', type: 'float', dims: ['rows', 2] }, rowsOf('category:origin', 'int64')],
  outputs: [rowsOf('score', 'float')],
  initializers: [{ name: 'axes', type: 'int64', dims: [1], values: BigInt64Array.of(1n) }],
  nodes: [
    { op: 'ReduceSum', inputs: ['numeric', 'axes'], outputs: ['sum'], attributes: { keepdims: { int: 0 } } },
    { op: 'Cast', inputs: ['category:origin'], outputs: ['index'], attributes: toFloat },
    { op: 'Add', inputs: ['sum', 'index'], outputs: ['score'] },
  ],
};

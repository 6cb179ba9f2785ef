import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { Graph, GraphNode, GraphTensor, Initializer } from '../../core/graph.ts';
import type { Encoders, HourTable } from '../../core/matrix.ts';
import type { ModelPackage, RawColumn } from '../../core/modelPackage.ts';
import { seededRandom } from '../../core/random.ts';
import { matrixColumns } from '../../features/matrixColumns.ts';
import { modelGraph } from '../../models/modelGraph.ts';
import { networkPart } from '../../models/networkGraph.ts';
import { decodeModel } from '../../models/onnx/decodeModel.ts';
import { encodeModel } from '../../models/onnx/encodeModel.ts';
import { compileModel } from '../../models/scorers/compiled/compileModel.ts';
import { operators } from '../../models/scorers/compiled/operators.ts';
import { scorerModule } from '../../models/scorers/compiled/scorerModule.ts';
import { compiledOrReference } from '../../models/scorers/compiledOrReference.ts';
import { compiledScorer, mostCompiledRows } from '../../models/scorers/compiledScorer.ts';
import { openOrtScorer } from '../../models/scorers/ortScorer.ts';
import { digestOf } from '../../storage/digest.ts';
import { columnsGraph, rowsOf, toFloat } from './columnsGraph.ts';
import { flightPlan } from './flightPlan.ts';
import { candidates, randomWeights } from './randomWeights.ts';

describe.each(candidates)('a compiled $learner', (candidate) => {
  const columns = matrixColumns(flightPlan);
  const encoders: Encoders = {
    columns,
    scaling: columns.numeric.map((_, at) => ({ mean: at / 4, deviation: 1 + 300 * at })),
    vocabularies: columns.categories.map(() => ['ATL', 'ORD', 'SEA']),
  };
  const table: HourTable = {
    originLately: { keys: ['ATL', 'ORD'], positives: [3, 1], totals: [10, 20] },
    destinationLately: { keys: [], positives: [], totals: [] },
  };
  const network = networkPart(encoders, candidate, randomWeights(encoders, candidate));
  const model = encodeModel(modelGraph(flightPlan, encoders, table, network));

  test('scores random rows as onnxruntime does', async () => {
    const reference = await openOrtScorer(model);
    const { inputs, score } = compileModel(model);
    expect(inputs).toEqual(reference.inputs);
    const rows = flights(2_000);
    const expected = await reference.score({ rows: 2_000, columns: rows });
    for (let row = 0; row < 2_000; row += 1) {
      const came = score(rows, 2_000, row);
      if (Math.abs(came - (expected[row] ?? Number.NaN)) > 1e-6) expect(came, `row ${row}`).toBe(expected[row]);
    }
    await reference.release();
  });

  test('scores random rows as a module of its own as well', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'whet-module-'));
    const rows = flights(500);
    const inputs: RawColumn[] = [
      { name: 'date', type: 'date', nullable: false },
      { name: 'destination', type: 'string', nullable: false },
      { name: 'distance', type: 'int', nullable: false },
      { name: 'origin', type: 'string', nullable: false },
    ];
    const { score } = compileModel(model, inputs);
    const golden = { columns: rows, scores: Array.from({ length: 500 }, (_, row) => score(rows, 500, row)) };
    const held = {
      pipeline: 'flights',
      threshold: 0.5,
      answer: { positive: 'late', negative: 'on time' },
      model: { digest: '0' },
      inputs,
      golden,
    } as unknown as ModelPackage;
    await writeFile(join(folder, 'scorer.mjs'), scorerModule(model, held, 1));
    const module = await import(pathToFileURL(join(folder, 'scorer.mjs')).href);
    expect(module.selfTest()).toEqual({ rows: 500, worst: 0 });
    await rm(folder, { recursive: true });
  });

  test('what was written is read back', () => {
    const graph = modelGraph(flightPlan, encoders, table, network);
    const read = decodeModel(model);
    expect(digestOf(encodeModel(read))).toBe(digestOf(model));
    expect(read.nodes.length).toBe(graph.nodes.length);
  });
});

function flights(count: number): Record<string, (number | string)[]> {
  const random = seededRandom(11);
  const airports = ['ATL', 'ORD', 'SEA', '???', ''];
  const drawn = <T>(draw: () => T): T[] => Array.from({ length: count }, draw);
  return {
    date: drawn(() => random.below(2 ** 32) * 400 - 2 ** 39),
    distance: drawn(() => random.below(6_000)),
    origin: drawn(() => airports[random.below(5)] ?? ''),
    destination: drawn(() => airports[random.below(5)] ?? ''),
  };
}

/** Nodes that take `x` and `y` (doubles of one row) and end in `score`, with what else they need. */
interface Case {
  readonly nodes: readonly GraphNode[];
  readonly initializers?: readonly Initializer[];
}

const node = (op: string, inputs: string[], output: string, attributes?: GraphNode['attributes']): GraphNode => ({
  op,
  inputs,
  outputs: [output],
  ...(attributes === undefined ? {} : { attributes }),
});
const single = [node('Cast', ['x'], 'a', toFloat), node('Cast', ['y'], 'b', toFloat)];
const unary = (op: string): Case => ({ nodes: [...single, node(op, ['a'], 'score')] });
const binary = (op: string, attributes?: GraphNode['attributes']): Case => ({
  nodes: [...single, node(op, ['a', 'b'], 'score', attributes)],
});
const positive = (op: string): Case => ({ nodes: [...single, node('Abs', ['a'], 'p'), node(op, ['p'], 'score')] });
const truths = (...nodes: GraphNode[]): Case => ({ nodes: [...nodes, node('Cast', ['t'], 'score', toFloat)] });
const matrix: Initializer = {
  name: 'm',
  type: 'float',
  dims: [2, 5],
  values: Float32Array.of(1, -2, 3, 0.5, 0.25, -1, 4, 2, -0.125, 9),
};
const ints = (name: string, ...values: number[]): Initializer => ({
  name,
  type: 'int64',
  dims: [values.length],
  values: BigInt64Array.from(values, BigInt),
});
const asRow = [
  ...single,
  node('Unsqueeze', ['a', 'axis'], 'a1'),
  node('Unsqueeze', ['b', 'axis'], 'b1'),
  node('Concat', ['a1', 'b1'], 'row', { axis: { int: 1 } }),
];
const sumOf = (tensor: string): GraphNode[] => [
  node('MatMul', [tensor, 'ones'], 'sum'),
  node('Squeeze', ['sum', 'axis'], 'score'),
];
const ones = (count: number): Initializer => ({
  name: 'ones',
  type: 'float',
  dims: [count, 1],
  values: new Float32Array(count).fill(1),
});

const cases: Record<keyof typeof operators, Case> = {
  Identity: unary('Identity'),
  Unsqueeze: { nodes: [...asRow, ...sumOf('row')], initializers: [ints('axis', 1), ones(2)] },
  Squeeze: { nodes: [...asRow, ...sumOf('row')], initializers: [ints('axis', -1), ones(2)] },
  Reshape: {
    nodes: [...asRow, node('Reshape', ['row', 'shape'], 'again'), ...sumOf('again')],
    initializers: [ints('axis', 1), ints('shape', -1, 2), ones(2)],
  },
  Concat: { nodes: [...asRow, ...sumOf('row')], initializers: [ints('axis', 1), ones(2)] },
  Gather: {
    nodes: [
      node('Cast', ['x'], 'whole', { to: { int: 7 } }),
      node('Mod', ['whole', 'two'], 'index'),
      node('Gather', ['m', 'index'], 'row'),
      ...sumOf('row'),
    ],
    initializers: [matrix, ints('two', 2), ones(5), ints('axis', 1)],
  },
  LabelEncoder: {
    nodes: [
      node('Cast', ['x'], 'whole', { to: { int: 7 } }),
      {
        ...node('LabelEncoder', ['whole'], 'score', {
          keys_int64s: { ints: [0, 1, -2] },
          values_floats: { floats: [0.1, 0.2, 0.3] },
          default_float: { float: 0.7 },
        }),
        domain: 'ai.onnx.ml',
      },
    ],
  },
  Gemm: {
    nodes: [...asRow, node('Gemm', ['row', 'm', 'bias'], 'out'), node('Relu', ['out'], 'kept'), ...sumOf('kept')],
    initializers: [
      ints('axis', 1),
      matrix,
      { name: 'bias', type: 'float', dims: [5], values: Float32Array.of(0.5, -0.5, 1, 0, 2) },
      ones(5),
    ],
  },
  MatMul: {
    nodes: [...asRow, node('MatMul', ['row', 'm'], 'out'), ...sumOf('out')],
    initializers: [ints('axis', 1), matrix, ones(5)],
  },
  Cast: truths(node('Cast', ['x'], 't', { to: { int: 7 } })),
  Clip: {
    nodes: [...single, node('Clip', ['a', 'low', 'high'], 'score')],
    initializers: [
      { name: 'low', type: 'float', dims: [], values: Float32Array.of(-0.5) },
      { name: 'high', type: 'float', dims: [], values: Float32Array.of(0.5) },
    ],
  },
  Where: { nodes: [...single, node('Less', ['a', 'b'], 't'), node('Where', ['t', 'a', 'b'], 'score')] },
  Add: binary('Add'),
  Sum: { nodes: [...single, node('Sum', ['a', 'b', 'a'], 'score')] },
  Sub: binary('Sub'),
  Mul: binary('Mul'),
  Div: binary('Div'),
  Mod: binary('Mod', { fmod: { int: 1 } }),
  Min: binary('Min'),
  Max: binary('Max'),
  Neg: unary('Neg'),
  Abs: unary('Abs'),
  Sign: unary('Sign'),
  Floor: unary('Floor'),
  Ceil: unary('Ceil'),
  Sqrt: positive('Sqrt'),
  Exp: unary('Exp'),
  Log: positive('Log'),
  Pow: { nodes: [...single, node('Abs', ['a'], 'p'), node('Pow', ['p', 'b'], 'score')] },
  Reciprocal: unary('Reciprocal'),
  Sin: unary('Sin'),
  Cos: unary('Cos'),
  Tanh: unary('Tanh'),
  Sigmoid: unary('Sigmoid'),
  Softplus: unary('Softplus'),
  Relu: unary('Relu'),
  Elu: unary('Elu'),
  Less: truths(...single, node('Less', ['a', 'b'], 't')),
  LessOrEqual: truths(...single, node('LessOrEqual', ['a', 'b'], 't')),
  Greater: truths(...single, node('Greater', ['a', 'b'], 't')),
  GreaterOrEqual: truths(...single, node('GreaterOrEqual', ['a', 'b'], 't')),
  Equal: truths(...single, node('Equal', ['a', 'b'], 't')),
  IsNaN: truths(...single, node('IsNaN', ['a'], 't')),
  And: truths(...single, node('Less', ['a', 'b'], 'l'), node('IsNaN', ['a'], 'n'), node('And', ['l', 'n'], 't')),
  Or: truths(...single, node('Less', ['a', 'b'], 'l'), node('IsNaN', ['a'], 'n'), node('Or', ['l', 'n'], 't')),
  Not: truths(...single, node('Less', ['a', 'b'], 'l'), node('Not', ['l'], 't')),
};

const values = fc.oneof(fc.constantFrom(0, -0, 1, -1, 0.5, 2, 88, -88), fc.double({ min: -4, max: 4, noNaN: true }));

test('every operator has its case', () => {
  expect([...Object.keys(cases), 'RegexFullMatch'].sort()).toEqual(Object.keys(operators).sort());
});

test('RegexFullMatch, which takes texts, says what onnxruntime says', async () => {
  const pattern = { pattern: { string: '(?s).{3,}' } };
  const graph: Graph = {
    name: 'case',
    inputs: [rowsOf('x', 'string')],
    outputs: [rowsOf('score', 'float')],
    nodes: [node('RegexFullMatch', ['x'], 't', pattern), node('Cast', ['t'], 'score', toFloat)],
    initializers: [],
  };
  const model = encodeModel(graph);
  const reference = await openOrtScorer(model);
  const { score } = compileModel(model);
  const texts = ['', 'ab', 'abc', 'a\nb', '\n\n\n', 'žab', '𝒳𝒴', '𝒳𝒴𝒵', 'abcd'];
  const expected = await reference.score({ rows: texts.length, columns: { x: texts } });
  expect(texts.map((_, row) => score({ x: texts }, texts.length, row))).toEqual(Array.from(expected));
  await reference.release();
});

test.each(Object.entries(cases))('%s says what onnxruntime says', async (_, { nodes, initializers = [] }) => {
  const inputs: GraphTensor[] = [rowsOf('x', 'double'), rowsOf('y', 'double')];
  const used = inputs.filter(({ name }) => nodes.some((one) => one.inputs.includes(name)));
  const graph: Graph = { name: 'case', inputs: used, outputs: [rowsOf('score', 'float')], nodes, initializers };
  const model = encodeModel(graph);
  const reference = await openOrtScorer(model);
  const { score } = compileModel(model);
  await fc.assert(
    fc.asyncProperty(values, values, async (x, y) => {
      const columns = Object.fromEntries(used.map(({ name }) => [name, [name === 'x' ? x : y]]));
      const [expected = Number.NaN] = await reference.score({ rows: 1, columns });
      const came = score(columns, 1, 0);
      expect(close(came, expected), `${came} for ${expected}`).toBe(true);
    }),
    { numRuns: 60 },
  );
  await reference.release();
});

function close(came: number, expected: number): boolean {
  if (Number.isNaN(expected)) return Number.isNaN(came);
  return came === expected || Math.abs(came - expected) <= 1e-6 * Math.max(1, Math.abs(expected));
}

describe('compiledScorer', async () => {
  const model = encodeModel(columnsGraph);
  const reference = await openOrtScorer(model);
  const asked: number[] = [];
  const noted = {
    ...reference,
    score(given: Parameters<typeof reference.score>[0]) {
      asked.push(given.rows);
      return reference.score(given);
    },
  };
  const scorer = compiledScorer(model, noted);
  afterAll(() => reference.release());
  const rows = (count: number, at: unknown = 3) => ({
    rows: count,
    columns: {
      miles: Array(count).fill(0.5),
      at: Array(count).fill(at),
      late: Array(count).fill(true),
      origin: Array(count).fill('ATL'),
    },
  });

  const inputs: RawColumn[] = [
    { name: 'miles', type: 'number', nullable: false },
    { name: 'at', type: 'date', nullable: false },
    { name: 'late', type: 'boolean', nullable: false },
    { name: 'origin', type: 'string', nullable: false },
  ];

  test('scores a few rows itself and leaves many to the reference', async () => {
    asked.length = 0;
    expect(await scorer.score(rows(1))).toEqual(Float32Array.of(4.75));
    expect(await scorer.score(rows(mostCompiledRows))).toEqual(new Float32Array(mostCompiledRows).fill(4.75));
    expect(asked).toEqual([]);
    expect(await scorer.score(rows(mostCompiledRows + 1))).toEqual(new Float32Array(mostCompiledRows + 1).fill(4.75));
    expect(asked).toEqual([mostCompiledRows + 1]);
  });

  test.each([
    ['a fraction', 1.5, "a whole number in the column 'at', but came 1.5 in row 0"],
    ['a text', '3', "a whole number in the column 'at', but came '3' in row 0"],
  ])('%s for a whole number is refused by the reference', async (_, at, message) => {
    await expect(scorer.score(rows(1, at))).rejects.toThrow(message);
  });

  test('a whole number beyond 2^53 is scored by the reference', async () => {
    expect(await scorer.score(rows(1, 2n ** 60n))).toEqual(Float32Array.of(2 ** 60));
  });

  test('a column too few or too many is refused by the reference', async () => {
    const { origin: _, ...fewer } = rows(1).columns;
    await expect(scorer.score({ rows: 1, columns: fewer })).rejects.toThrow("a column 'origin'");
    await expect(scorer.score({ rows: 1, columns: { ...rows(1).columns, delay: [1] } })).rejects.toThrow("'delay'");
  });

  test('is taken where it scores the golden rows alike, and not where it does not', async () => {
    const made = { golden: { columns: rows(2).columns, scores: [4.75, 4.75] }, threshold: 0.5, inputs };
    expect((await compiledOrReference(model, reference, made)).scorer.kind).toBe('compiled');
    for (const lie of [
      { score: async () => Float32Array.of(4.7) },
      { scoreRow: () => 4.7 },
      { scoreValues: () => 4.7 },
    ]) {
      const found = await compiledOrReference(model, reference, made, () => ({ ...scorer, ...lie }));
      expect(found.scorer.kind).toBe('onnxruntime');
      expect(found.notCompiled).toMatch(/package.parity-failed.*golden row 0/);
    }
  });

  test('an operator that it does not know leaves the reference alone, with the reason', async () => {
    const erf: Graph = {
      ...columnsGraph,
      nodes: [
        ...columnsGraph.nodes.slice(0, -1),
        { ...node('Sum', ['miles/float', 'at/float', 'late/float', 'origin/float'], 'sum') },
        node('Erf', ['sum'], 'score'),
      ],
    };
    const bytes = encodeModel(erf);
    const alone = await openOrtScorer(bytes);
    const golden = { columns: {}, scores: [] };
    const found = await compiledOrReference(bytes, alone, { golden, threshold: 0.5, inputs });
    expect(found.scorer).toBe(alone);
    expect(found.notCompiled).toMatch(/scorer.not-compiled.*the operator Erf/);
    await alone.release();
  });
});

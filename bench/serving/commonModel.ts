import type { Graph, GraphNode, Initializer } from '../../core/graph.ts';
import type { ModelPackage } from '../../core/modelPackage.ts';
import { seededRandom } from '../../core/random.ts';
import type { Routing } from '../../core/routing.ts';
import { encodeModel } from '../../models/onnx/encodeModel.ts';
import { openOrtScorer } from '../../models/scorers/ortScorer.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { putJson, putObject, putObjectJson } from '../../storage/objects.ts';

/** Numbers in a row of the common model. */
export const width = 32;

/** Its columns, in the order of the model's one input. */
export const columns: readonly string[] = Array.from({ length: width }, (_, at) => `x${String(at).padStart(2, '0')}`);

/** The pipeline under which it is served. */
export const commonPipeline = 'common';

/** A row of it, with six digits. */
export const commonRow: readonly number[] = normals(8, width).map((value) => Number(value.toFixed(6)));

/**
 * The network 32 -> 64 -> 32 -> 1 with relu and a sigmoid, as the peers serve it: input `x` float [rows, 32], output `p` float [rows, 1].
 */
export function commonModel(): Uint8Array {
  return encodeModel({
    name: 'common',
    inputs: [{ name: 'x', type: 'float', dims: ['rows', width] }],
    outputs: [{ name: 'p', type: 'float', dims: ['rows', 1] }],
    nodes: layers('x'),
    initializers: weights,
  });
}

/** Puts the same network as version 1 of a pipeline whose columns are the 32 numbers, and routes all requests to it. */
export async function putCommonModel(store: ObjectStore, epoch = 1): Promise<void> {
  const bytes = encodeModel(columnGraph());
  const digest = await putObject(store, bytes);
  const model = { digest, bytes: bytes.byteLength };
  const made: ModelPackage = {
    format: 1,
    pipeline: commonPipeline,
    plan: 'none',
    asOf: '2001-03-15T12',
    candidate: { learner: 'own', parameters: { file: 'common.onnx' } },
    model,
    network: model,
    inputs: columns.map((name) => ({ name, type: 'number', nullable: false })),
    encoders: { columns: { numeric: [], categories: [] }, scaling: [], vocabularies: [] },
    table: 'none',
    threshold: 0.5,
    answer: { positive: 'yes', negative: 'no' },
    golden: await goldenRows(bytes),
    lineage: { snapshot: 'none', matrix: 'none' },
  };
  const champion = { version: 1, package: await putObjectJson(store, made), digest };
  const routing: Routing = { pipeline: commonPipeline, ledger: epoch, epoch, champion, prepare: null };
  await putJson(store, `serving/${commonPipeline}/routing.json`, routing);
}

async function goldenRows(bytes: Uint8Array): Promise<ModelPackage['golden']> {
  const golden = Object.fromEntries(columns.map((name, at) => [name, normals(100 + at, 4)]));
  const scorer = await openOrtScorer(bytes);
  try {
    return { columns: golden, scores: Array.from(await scorer.score({ rows: 4, columns: golden })) };
  } finally {
    await scorer.release();
  }
}

/** From 32 columns to the one tensor that the network takes, and from its [rows, 1] to a score for each row. */
function columnGraph(): Graph {
  const parts = columns.flatMap((name): GraphNode[] => [
    { op: 'Cast', inputs: [name], outputs: [`${name}/float`], attributes: { to: { int: 1 } } },
    { op: 'Unsqueeze', inputs: [`${name}/float`, 'axes'], outputs: [`${name}/wide`] },
  ]);
  const wide = columns.map((name) => `${name}/wide`);
  return {
    name: 'common',
    inputs: columns.map((name) => ({ name, type: 'double', dims: ['rows'] })),
    outputs: [{ name: 'score', type: 'float', dims: ['rows'] }],
    nodes: [
      ...parts,
      { op: 'Concat', inputs: wide, outputs: ['x'], attributes: { axis: { int: 1 } } },
      ...layers('x'),
      { op: 'Squeeze', inputs: ['p', 'axes'], outputs: ['score'] },
    ],
    initializers: [...weights, { name: 'axes', type: 'int64', dims: [1], values: BigInt64Array.of(1n) }],
  };
}

function layers(input: string): GraphNode[] {
  return [
    { op: 'Gemm', inputs: [input, 'w1', 'b1'], outputs: ['h1'] },
    { op: 'Relu', inputs: ['h1'], outputs: ['a1'] },
    { op: 'Gemm', inputs: ['a1', 'w2', 'b2'], outputs: ['h2'] },
    { op: 'Relu', inputs: ['h2'], outputs: ['a2'] },
    { op: 'Gemm', inputs: ['a2', 'w3', 'b3'], outputs: ['z'] },
    { op: 'Sigmoid', inputs: ['z'], outputs: ['p'] },
  ];
}

const shapes = { w1: [width, 64], b1: [64], w2: [64, 32], b2: [32], w3: [32, 1], b3: [1] };
const weights: readonly Initializer[] = Object.entries(shapes).map(([name, dims], seed) => {
  const values = Float32Array.from(
    normals(
      seed,
      dims.reduce((size, dim) => size * dim, 1),
    ),
    (value) => 0.3 * value,
  );
  return { name, dims, type: 'float', values };
});

function normals(seed: number, count: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => random.normal());
}

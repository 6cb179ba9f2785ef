import type { GraphNode, GraphTensor, TensorType } from '../../../core/graph.ts';
import type { Parameters } from '../../../core/trial.ts';
import { encodeModel } from '../../onnx/encodeModel.ts';
import { openOrtScorer } from '../../scorers/ortScorer.ts';
import type { ScorerColumn, ScorerColumns } from '../../scorers/scorer.ts';
import type { Rows } from '../../trainingData.ts';
import type { Learner, MatrixShape } from '../learner.ts';
import type { Weights } from '../weights.ts';

/** Scores of rows by a learner's own graph, in onnxruntime. */
export async function scoredByGraph(
  learner: Learner,
  parameters: Parameters,
  weights: Weights,
  shape: MatrixShape,
  rows: Rows,
): Promise<Float32Array> {
  const scorer = await openOrtScorer(learnerModel(learner, parameters, weights, shape));
  try {
    return await scorer.score(modelColumns(rows, shape));
  } finally {
    await scorer.release();
  }
}

/** A model of a learner's graph alone: a column [rows] for each scaled number and each category's index, ending in the score. */
export function learnerModel(
  learner: Learner,
  parameters: Parameters,
  weights: Weights,
  { width, categories }: MatrixShape,
): Uint8Array {
  const names = categories.map(({ name }) => name);
  const numeric = Array.from({ length: width }, (_, at) => numberName(at));
  const encoders = { columns: { numeric, categories: names }, scaling: [], vocabularies: [] };
  const part = learner.onnx(weights, parameters, { encoders });
  return encodeModel({
    name: 'learner',
    inputs: [...numeric.map(columnOf('float')), ...names.map((name) => columnOf('int64')(`category:${name}`))],
    outputs: [columnOf('float')('score')],
    nodes: [
      ...(width === 0 ? [] : besideOneAnother(numeric)),
      ...part.nodes,
      { op: 'Sigmoid', inputs: [part.output], outputs: ['check:probability'] },
      { op: 'Squeeze', inputs: ['check:probability', axes.name], outputs: ['score'] },
    ],
    initializers: [...part.initializers, axes],
  });
}

/** The columns that such a model takes. */
export function modelColumns(rows: Rows, { width, categories }: MatrixShape): ScorerColumns {
  const columns: Record<string, ScorerColumn> = {};
  for (let at = 0; at < width; at += 1) {
    columns[numberName(at)] = Float32Array.from({ length: rows.rows }, (_, row) => rows.numeric[row * width + at] ?? 0);
  }
  for (const [at, { name }] of categories.entries()) {
    const indices = (_: unknown, row: number): number => rows.categories[row * categories.length + at] ?? 0;
    columns[`category:${name}`] = Int32Array.from({ length: rows.rows }, indices);
  }
  return { rows: rows.rows, columns };
}

const numberName = (at: number): string => `number:${at}`;
const axes = { name: 'check:axes', type: 'int64', dims: [1], values: BigInt64Array.of(1n) } as const;

function columnOf(type: TensorType) {
  return (name: string): GraphTensor => ({ name, type, dims: ['rows'] });
}

function besideOneAnother(columns: readonly string[]): GraphNode[] {
  const upright = columns.map((name) => `check:${name}`);
  return [
    ...columns.map((name, at) => ({ op: 'Unsqueeze', inputs: [name, axes.name], outputs: [upright[at] as string] })),
    { op: 'Concat', inputs: upright, outputs: ['scaled'], attributes: { axis: { int: 1 } } },
  ];
}

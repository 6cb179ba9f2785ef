import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Graph } from '../../core/graph.ts';
import type { Parameters } from '../../core/trial.ts';
import type { Learner, MatrixShape } from '../../models/learners/learner.ts';
import type { Weights } from '../../models/learners/weights.ts';
import { encodeModel } from '../../models/onnx/encodeModel.ts';
import type { Rows } from '../../models/trainingData.ts';

/** Scores of rows by a learner's own graph, in onnxruntime. */
export async function scoredByGraph(
  learner: Learner,
  parameters: Parameters,
  weights: Weights,
  of: MatrixShape,
  rows: Rows,
): Promise<number[]> {
  const session = await InferenceSession.create(encodeModel(graphOf(learner, parameters, weights, of)));
  const feeds: Record<string, Tensor> = {};
  if (of.width > 0) feeds.scaled = new Tensor('float32', rows.numeric, [rows.rows, of.width]);
  of.categories.forEach(({ name }, at) => {
    const indices = Array.from({ length: rows.rows }, (_, row) =>
      BigInt(rows.categories[row * of.categories.length + at] ?? 0),
    );
    feeds[`category:${name}`] = new Tensor('int64', BigInt64Array.from(indices), [rows.rows]);
  });
  const { logit } = await session.run(feeds);
  await session.release();
  const logits = (logit?.data ?? []) as Float32Array;
  return Array.from(logits, (value) => 1 / (1 + Math.exp(-value)));
}

function graphOf(
  learner: Learner,
  parameters: Parameters,
  weights: Weights,
  { width, categories }: MatrixShape,
): Graph {
  const names = categories.map(({ name }) => name);
  const columns = { numeric: Array.from({ length: width }, (_, at) => `n${at}`), categories: names };
  const part = learner.onnx(weights, parameters, { encoders: { columns, scaling: [], vocabularies: [] } });
  const numeric = width === 0 ? [] : [{ name: 'scaled', type: 'float' as const, dims: ['rows' as const, width] }];
  const indices = names.map((name) => ({
    name: `category:${name}`,
    type: 'int64' as const,
    dims: ['rows' as const],
  }));
  const outputs = [{ name: part.output, type: 'float' as const, dims: ['rows' as const, 1] }];
  return { name: 'part', inputs: [...numeric, ...indices], outputs, ...part };
}

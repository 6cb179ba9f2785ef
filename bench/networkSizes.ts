import type { HourTable } from '../core/matrix.ts';
import type { ModelPackage } from '../core/modelPackage.ts';
import type { Plan } from '../core/plan.ts';
import { seededRandom } from '../core/random.ts';
import type { Routing } from '../core/routing.ts';
import type { Candidate } from '../core/trial.ts';
import { matrixColumns } from '../features/matrixColumns.ts';
import { mlp } from '../models/learners/mlp.ts';
import { modelGraph } from '../models/modelGraph.ts';
import { networkPart } from '../models/networkGraph.ts';
import { encodeModel } from '../models/onnx/encodeModel.ts';
import { scorerColumns } from '../models/scorers/goldenRows.ts';
import { openOrtScorer } from '../models/scorers/ortScorer.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { getObjectJson, putJson, putObject, putObjectJson, requireJson } from '../storage/objects.ts';

/**
 * Puts a real package's model with a network of other hidden layers (random weights) into the store, as the champion of
 * a pipeline of its own, whose name is returned.
 */
export async function putNetwork(store: ObjectStore, real: ModelPackage, hidden: readonly number[]): Promise<string> {
  const pipeline = `hidden-${hidden.join('-')}`;
  const bytes = await modelOf(store, real, hidden);
  const digest = await putObject(store, bytes);
  const made: ModelPackage = {
    ...real,
    pipeline,
    model: { digest, bytes: bytes.byteLength },
    golden: { columns: real.golden.columns, scores: await scoresOf(bytes, real) },
  };
  const champion = { version: 1, package: await putObjectJson(store, made), digest };
  const routing: Routing = { pipeline, ledger: 1, epoch: 1, champion, prepare: null };
  await putJson(store, `serving/${pipeline}/routing.json`, routing);
  return pipeline;
}

async function modelOf(store: ObjectStore, real: ModelPackage, hidden: readonly number[]): Promise<Uint8Array> {
  const plan = await requireJson<Plan>(store, `plans/${real.plan}.json`);
  const { encoders } = real;
  const candidate: Candidate = { learner: 'mlp', parameters: { hidden, learningRate: 0.01, l2: 0 } };
  const random = seededRandom(3);
  const categories = encoders.columns.categories.map((name, at) => ({
    name,
    values: (encoders.vocabularies[at]?.length ?? 0) + 1,
  }));
  const shape = { width: matrixColumns(plan).numeric.length, categories };
  const weights = mlp
    .initialWeights(shape, candidate.parameters, random)
    .map((weight) => ({ ...weight, values: weight.values.map(() => 0.4 * random.normal()) }));
  const table = await getObjectJson<HourTable>(store, real.table);
  return encodeModel(modelGraph(plan, encoders, table, networkPart(encoders, candidate, weights)));
}

async function scoresOf(model: Uint8Array, { golden }: ModelPackage): Promise<number[]> {
  const scorer = await openOrtScorer(model);
  try {
    return Array.from(await scorer.score({ rows: golden.scores.length, columns: scorerColumns(golden.columns) }));
  } finally {
    await scorer.release();
  }
}

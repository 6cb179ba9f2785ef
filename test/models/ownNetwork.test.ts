import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Graph } from '../../core/graph.ts';
import type { FeatureMatrix } from '../../core/matrix.ts';
import { matrixInputs } from '../../core/matrixInputs.ts';
import { type LoadedMatrix, loadMatrix } from '../../features/loadMatrix.ts';
import { metrics } from '../../models/metrics/metrics.ts';
import { networkGraph } from '../../models/networkGraph.ts';
import { decodeModel } from '../../models/onnx/decodeModel.ts';
import { encodeModel } from '../../models/onnx/encodeModel.ts';
import { ownNetwork, scoreOf } from '../../models/ownNetwork.ts';
import { ownScores } from '../../models/ownScores.ts';
import { openNetworkScorer } from '../../models/scorers/networkScorer.ts';
import { localDisk } from '../../storage/localDisk.ts';
import { getObjectJson } from '../../storage/objects.ts';
import { flightPlan } from './flightPlan.ts';
import { storeTrialMatrix } from './trialMatrix.ts';

let folder: string;
let matrix: FeatureMatrix;
let rows: LoadedMatrix;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whet-own-'));
  const store = localDisk(folder);
  matrix = await getObjectJson<FeatureMatrix>(store, await storeTrialMatrix(store));
  rows = await loadMatrix(store, matrix.validate, matrix.encoders, matrix.asOf);
});
afterAll(() => rm(folder, { recursive: true }));

const file = (name: string): Promise<Uint8Array> => readFile(join(import.meta.dirname, 'own', `${name}.onnx`));

/** Of own/train_models.py. */
describe.each([
  ['lightgbm', 0.85],
  ['sklearn-logistic', 0.85],
  ['sklearn-trees', 0.8],
  ['by-column', 0.75],
])('a model of %s', (name, leastAuc) => {
  test('scores in a package as it does alone', async () => {
    const model = await file(name);
    const network = await openNetworkScorer(
      encodeModel(networkGraph(flightPlan, matrix.encoders, ownNetwork(matrix.encoders, model))),
    );
    const came = await network.score({ ...rows, categoryNames: matrix.encoders.columns.categories });
    const alone = await ownScores(model, matrixInputs(matrix.encoders), scoreOf(decodeModel(model)).name, rows);
    const apart = came.map((score, row) => Math.abs(score - (alone[row] ?? Number.NaN)));
    expect(Math.max(...apart)).toBeLessThan(1e-6);
    expect(metrics.auc.value(came, rows.labels)).toBeGreaterThan(leastAuc);
    await network.release();
  });
});

describe('a model that cannot be used is refused:', () => {
  test.each([
    ['with-zipmap', "the value 'output_probability', which is no tensor", "options={'zipmap': False}"],
    ['too-new', 'operators of ai.onnx 17 or older, but came 21', "target_opset={'': 17"],
    ['too-narrow', "the input 'X', float [rows, 2]", 'one input, float [rows, 5]'],
  ])('%s', async (name, came, todo) => {
    const model = await file(name);
    const message = messageOf(() => ownNetwork(matrix.encoders, model));
    expect(message).toContain('model.not-usable');
    expect(message).toContain(came);
    expect(message).toContain(todo);
  });

  test('bytes that are no ONNX model', () => {
    expect(messageOf(() => ownNetwork(matrix.encoders, Buffer.from('{"not": "a model"}')))).toContain(
      'model.not-usable',
    );
  });

  test('an output that is no score, and one that is not alone', () => {
    const wide = graphWith([{ name: 'y', type: 'float', dims: ['rows', 3] }]);
    expect(messageOf(() => ownNetwork(matrix.encoders, encodeModel(wide)))).toContain("'y' of shape [rows, 3]");
    const two = graphWith([
      { name: 'y', type: 'float', dims: ['rows'] },
      { name: 'z', type: 'float', dims: ['rows'] },
    ]);
    expect(messageOf(() => ownNetwork(matrix.encoders, encodeModel(two)))).toContain('one output of float or double');
  });

  test('an input that no column has the name of', () => {
    const graph = graphWith([{ name: 'y', type: 'float', dims: ['rows'] }]);
    const inputs = ['a', 'speed'].map((name) => ({ name, type: 'float' as const, dims: ['rows' as const, 1] }));
    expect(messageOf(() => ownNetwork(matrix.encoders, encodeModel({ ...graph, inputs })))).toContain(
      "the input 'speed'",
    );
  });
});

function graphWith(outputs: Graph['outputs']): Graph {
  return {
    name: 'own',
    inputs: [{ name: 'X', type: 'float', dims: ['rows', 5] }],
    outputs,
    nodes: [],
    initializers: [],
  };
}

function messageOf(make: () => unknown): string {
  try {
    make();
    return 'nothing was refused';
  } catch (error) {
    return String(error);
  }
}

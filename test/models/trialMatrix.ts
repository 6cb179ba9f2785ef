import type { FeatureMatrix, MatrixPart } from '../../core/matrix.ts';
import type { TrialRequest } from '../../core/trial.ts';
import { encodeMatrixFile } from '../../features/matrixFile.ts';
import { syntheticData } from '../../models/learners/check/syntheticData.ts';
import type { Rows, TrainingData } from '../../models/trainingData.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { putObject, putObjectJson } from '../../storage/objects.ts';

/** Stores a feature matrix of synthetic rows, all settled, as the feature stage would; returns its id. */
export async function storeTrialMatrix(store: ObjectStore, rows = 4_000): Promise<string> {
  const data = syntheticData(rows);
  const matrix: FeatureMatrix = {
    snapshot: 'sn1-synthetic',
    asOf: '2001-03-15T12',
    encoders: {
      columns: { numeric: ['a', 'b', 'c'], categories: data.shape.categories.map(({ name }) => name) },
      scaling: [
        { mean: 0, deviation: 1 },
        { mean: 0.5, deviation: 2 },
        { mean: 0, deviation: 1 },
      ],
      vocabularies: data.shape.categories.map(({ values }) => textsOf(values - 1)),
    },
    train: [await storePart(store, data.shape, data.train, '2001-03-13T00')],
    validate: [await storePart(store, data.shape, data.validate, '2001-03-14T00')],
    test: [],
    table: { hour: '2001-03-15T12', key: 'none', object: 'none' },
  };
  return putObjectJson(store, matrix);
}

/** A small trial on that matrix. */
export function trialRequest(matrix: string, change: Partial<TrialRequest> = {}): TrialRequest {
  return {
    candidate: { learner: 'mlp', parameters: { hidden: [8], learningRate: 0.02, l2: 0 } },
    matrix,
    seed: 7,
    epochs: 2,
    backend: 'wasm',
    threads: 1,
    metrics: ['auc', 'log loss'],
    ...change,
  };
}

async function storePart(
  store: ObjectStore,
  shape: TrainingData['shape'],
  data: Rows,
  hour: string,
): Promise<MatrixPart> {
  const categories = shape.categories.map(({ name, values }, at) => ({
    name,
    values: textsOf(values - 1),
    codes: Int32Array.from({ length: data.rows }, (_, row) => (data.categories[row * 2 + at] ?? 1) - 1),
  }));
  const settles = new Float64Array(data.rows);
  const event = new Float64Array(data.rows);
  const { rows, numeric, labels } = data;
  const file = encodeMatrixFile({ rows, numeric, categories, numbers: [], slices: [], labels, settles, event });
  return { hour, key: hour, object: await putObject(store, file), rows };
}

function textsOf(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `v${String(at).padStart(3, '0')}`);
}

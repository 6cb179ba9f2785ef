import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FeatureMatrix, MatrixPart } from '../../core/matrix.ts';
import { seededRandom } from '../../core/random.ts';
import type { SearchPlan } from '../../core/searchPlan.ts';
import type { Hour } from '../../core/time.ts';
import { encodeMatrixFile } from '../../features/matrixFile.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { putObject, putObjectJson } from '../../storage/objects.ts';

/** What every side searches: the same rows and the same grid of 24 networks with one hidden layer. */
export const searchTask = {
  rows: 200_000,
  /** The others validate. */
  trainRows: 160_000,
  width: 16,
  epochs: 3,
  batchRows: 4_096,
  hidden: [16, 32, 64],
  learningRate: [1e-3, 3e-3],
  l2: [0, 1e-5, 1e-4, 1e-3],
} as const;

/** The same as a search's plan, but for its strategy. */
export const taskPlan: Omit<SearchPlan, 'strategy' | 'seed'> = {
  learners: [
    {
      kind: 'mlp',
      hidden: searchTask.hidden.map((units) => [units]),
      learningRate: searchTask.learningRate,
      l2: searchTask.l2,
    },
  ],
  maximize: 'log loss',
  training: { batchRows: searchTask.batchRows },
};

interface MadeRows {
  readonly numeric: Float32Array;
  readonly labels: Uint8Array;
}

/** Columns of normal draws; the label follows eight hidden directions, bent by tanh, with noise. */
export function madeRows(): MadeRows {
  const { rows, width } = searchTask;
  const random = seededRandom(3);
  const numeric = Float32Array.from({ length: rows * width }, () => random.normal());
  const directions = Float32Array.from({ length: width * 8 }, () => random.normal());
  const effects = Float32Array.from({ length: 8 }, () => random.normal());
  const labels = new Uint8Array(rows);
  for (let row = 0; row < rows; row += 1) {
    const logit = effects.reduce((sum, effect, at) => {
      let along = 0;
      for (let column = 0; column < width; column += 1) {
        along += (numeric[row * width + column] ?? 0) * (directions[column * 8 + at] ?? 0);
      }
      return sum + effect * Math.tanh(along);
    }, -0.5);
    labels[row] = random.next() < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
  }
  return { numeric, labels };
}

/** For the peers: `numeric.f32` (row-major), `labels.u8`, `task.json`. */
export async function writeTask(folder: string, { numeric, labels }: MadeRows): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'numeric.f32'), numeric);
  await writeFile(join(folder, 'labels.u8'), labels);
  await writeFile(join(folder, 'task.json'), JSON.stringify(searchTask));
}

/** For the engine: a feature matrix of these rows, all settled; its id. */
export async function storeTask(store: ObjectStore, { numeric, labels }: MadeRows): Promise<string> {
  const { rows, trainRows, width } = searchTask;
  return storeMatrix(store, width, [
    { numeric: numeric.slice(0, trainRows * width), labels: labels.slice(0, trainRows) },
    { numeric: numeric.slice(trainRows * width), labels: labels.slice(trainRows, rows) },
  ]);
}

/** A matrix of so few rows that its training is nothing. */
export function storeNothing(store: ObjectStore): Promise<string> {
  const few = { numeric: Float32Array.of(0, 1, 0, 1), labels: Uint8Array.of(0, 1, 0, 1) };
  return storeMatrix(store, 1, [few, few]);
}

async function storeMatrix(
  store: ObjectStore,
  width: number,
  [train, validate]: readonly [MadeRows, MadeRows],
): Promise<string> {
  const matrix: FeatureMatrix = {
    snapshot: 'sn1-made',
    asOf: '2001-03-15T12',
    encoders: {
      columns: { numeric: Array.from({ length: width }, (_, at) => `n${at}`), categories: [] },
      scaling: Array.from({ length: width }, () => ({ mean: 0, deviation: 1 })),
      vocabularies: [],
    },
    train: [await storePart(store, train, '2001-03-13T00')],
    validate: [await storePart(store, validate, '2001-03-14T00')],
    test: [],
    table: { hour: '2001-03-15T12', key: 'none', object: 'none' },
  };
  return putObjectJson(store, matrix);
}

async function storePart(store: ObjectStore, { numeric, labels }: MadeRows, hour: Hour): Promise<MatrixPart> {
  const rows = labels.length;
  const times = { settles: new Float64Array(rows), event: new Float64Array(rows) };
  const file = encodeMatrixFile({ rows, numeric, categories: [], numbers: [], slices: [], labels, ...times });
  return { hour, key: hour, object: await putObject(store, file), rows };
}

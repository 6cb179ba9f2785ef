import { WhetError } from '../core/errors.ts';
import type { Encoders, FeatureMatrix, MatrixPart } from '../core/matrix.ts';
import { hourMs, hourStart } from '../core/time.ts';
import { type LoadedMatrix, loadMatrix } from '../features/loadMatrix.ts';
import { scaledNumeric } from '../features/scaledNumeric.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { getObjectJson } from '../storage/objects.ts';
import type { MatrixShape } from './learners/learner.ts';

/** What a trial learns from and what it is measured on. */
export interface TrainingData {
  readonly shape: MatrixShape;
  readonly train: Rows;
  readonly validate: Rows;
}

/** Rows as a learner takes them. */
export interface Rows {
  readonly rows: number;
  /** Row-major, rows x width, scaled. */
  readonly numeric: Float32Array;
  /** Row-major, rows x categories, indices with 0 for a value that is not in the vocabulary. */
  readonly categories: Int32Array;
  readonly labels: Uint8Array;
  /** Whole hours between each row's hour and that of the newest row; none is older where left out. */
  readonly ageHours?: Int32Array;
  /** How often each row counts in training, 1 on average; all count once when left out. */
  readonly weights?: Float32Array;
}

/** Loads the train and the validation rows of a matrix, scaled by its encoders. Throws `trial.no-rows`. */
export async function loadTrainingData(store: ObjectStore, matrixId: string): Promise<TrainingData> {
  const matrix = await getObjectJson<FeatureMatrix>(store, matrixId);
  const load = async (part: 'train' | 'validate'): Promise<Rows> => {
    const loaded = await loadMatrix(store, matrix[part], matrix.encoders, matrix.asOf);
    const rows = { ...scaled(loaded, matrix.encoders), ageHours: agesOf(loaded, matrix[part]) };
    if (rows.rows > 0) return rows;
    const came = `none among ${matrix[part].length} hours before ${matrix.asOf}`;
    throw new WhetError('trial.no-rows', { expected: `labelled rows to ${part} with`, came });
  };
  return { shape: shapeOf(matrix.encoders), train: await load('train'), validate: await load('validate') };
}

/** What the rows of a matrix with these encoders look like. */
export function shapeOf(encoders: Encoders): MatrixShape {
  return {
    width: encoders.columns.numeric.length,
    categories: encoders.columns.categories.map((name, at) => ({
      name,
      values: (encoders.vocabularies[at]?.length ?? 0) + 1,
    })),
  };
}

function agesOf({ hours }: LoadedMatrix, parts: readonly MatrixPart[]): Int32Array {
  const starts = parts.map(({ hour }) => hourStart(hour));
  const newest = hours.reduce((latest, part) => Math.max(latest, starts[part] ?? 0), 0);
  const ages = starts.map((start) => (newest - start) / hourMs);
  return hours.map((part) => ages[part] ?? 0);
}

function scaled({ rows, numeric, categories, labels }: LoadedMatrix, { scaling }: Encoders): Rows {
  return { rows, numeric: scaledNumeric(numeric, scaling), categories, labels };
}

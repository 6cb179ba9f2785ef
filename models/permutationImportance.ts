import { type Random, seededRandom, shuffledIndices } from '../core/random.ts';
import type { FeatureImportance, Importance } from '../core/scorecard.ts';
import type { LoadedMatrix } from '../features/loadMatrix.ts';
import type { FeatureColumns } from './columnsOfFeatures.ts';
import { auc } from './metrics/auc.ts';
import { logLoss } from './metrics/logLoss.ts';
import type { NetworkScorer } from './scorers/networkScorer.ts';

/** More rows say little more, and each is scored once per feature and repeat. */
const mostImportanceRows = 10_000;
const repeats = 3;

/**
 * Permutation importance (Breiman 2001; model reliance of Fisher, Rudin and Dominici 2019): how much worse AUC and log
 * loss get on rows among which one feature's values are shuffled, all of its columns by the same draw. Features that
 * tell the same share what is lost between them. At most 10,000 rows, evenly spread. `categoryNames` are the matrix's.
 */
export async function permutationImportance(
  network: NetworkScorer,
  matrix: LoadedMatrix,
  features: readonly FeatureColumns[],
  categoryNames: readonly string[],
  seed: number,
): Promise<Importance> {
  const random = seededRandom(seed);
  const sample = evenly(matrix, mostImportanceRows);
  const judged = async (): Promise<Losses> =>
    lossesOf(await network.score({ ...sample, categoryNames }), sample.labels);
  const whole = await judged();
  const found: FeatureImportance[] = [];
  for (const columns of features) {
    const losses: Losses[] = [];
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      const restore = shuffle(sample, columns, random);
      losses.push(await judged());
      restore();
    }
    found.push({ feature: columns.feature, ...lostBy(losses, whole) });
  }
  found.sort((a, b) => b.logLoss.mean - a.logLoss.mean);
  return { rows: sample.rows, repeats, features: found };
}

/** Both fall as the model gets better. */
interface Losses {
  readonly auc: number;
  readonly logLoss: number;
}

function lossesOf(scores: Float32Array, labels: Uint8Array): Losses {
  return { auc: 1 - auc.value(scores, labels), logLoss: logLoss.value(scores, labels) };
}

function lostBy(losses: readonly Losses[], whole: Losses): Pick<FeatureImportance, 'auc' | 'logLoss'> {
  const spread = (metric: keyof Losses) => spreadOf(losses.map((each) => each[metric] - whole[metric]));
  return { auc: Number.isNaN(whole.auc) ? null : spread('auc'), logLoss: spread('logLoss') };
}

function spreadOf(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (values.length - 1)) };
}

type Sample = Pick<LoadedMatrix, 'rows' | 'width' | 'numeric' | 'categoryCount' | 'categories' | 'labels'>;

/** A copy, which may be written to. */
function evenly(matrix: LoadedMatrix, most: number): Sample {
  const rows = Math.min(matrix.rows, most);
  const taken = Uint32Array.from({ length: rows }, (_, at) => Math.floor((at * matrix.rows) / rows));
  const { width, categoryCount } = matrix;
  const sample: Sample = {
    rows,
    width,
    numeric: new Float32Array(rows * width),
    categoryCount,
    categories: new Int32Array(rows * categoryCount),
    labels: Uint8Array.from(taken, (row) => matrix.labels[row] ?? 0),
  };
  taken.forEach((row, at) => {
    sample.numeric.set(matrix.numeric.subarray(row * width, (row + 1) * width), at * width);
    sample.categories.set(
      matrix.categories.subarray(row * categoryCount, (row + 1) * categoryCount),
      at * categoryCount,
    );
  });
  return sample;
}

/** Returns what puts the columns back. */
function shuffle(sample: Sample, { numeric, categories }: FeatureColumns, random: Random): () => void {
  const order = shuffledIndices(sample.rows, random);
  const undo = [
    ...numeric.map((column) => reorder(sample.numeric, sample.width, column, order)),
    ...categories.map((column) => reorder(sample.categories, sample.categoryCount, column, order)),
  ];
  return () => {
    for (const each of undo) each();
  };
}

function reorder(values: Float32Array | Int32Array, width: number, column: number, order: Uint32Array): () => void {
  const held = Array.from(order, (_, row) => values[row * width + column] ?? 0);
  order.forEach((from, row) => {
    values[row * width + column] = held[from] ?? 0;
  });
  return () => {
    held.forEach((value, row) => {
      values[row * width + column] = value;
    });
  };
}

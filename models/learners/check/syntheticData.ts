import { seededRandom } from '../../../core/random.ts';
import type { Rows, TrainingData } from '../../trainingData.ts';

/** Rows whose label follows two numeric columns and one of two categories, with noise: a perfect model has an AUC near 0.9. */
export function syntheticData(rows = 4_000, seed = 1): TrainingData {
  return { shape, train: rowsOf(rows, seed), validate: rowsOf(1_000, seed + 1) };
}

const shape = {
  width: 3,
  categories: [
    { name: 'origin', values: 21 },
    { name: 'destination', values: 6 },
  ],
};

function rowsOf(rows: number, seed: number): Rows {
  const random = seededRandom(seed);
  const data = {
    rows,
    numeric: new Float32Array(rows * 3),
    categories: new Int32Array(rows * 2),
    labels: new Uint8Array(rows),
  };
  for (let row = 0; row < rows; row += 1) {
    const [a, b] = [random.normal(), random.normal()];
    const origin = 1 + random.below(20);
    data.numeric.set([a, b, random.normal()], row * 3);
    data.categories.set([origin, 1 + random.below(5)], row * 2);
    const logit = 2 * a - b + (origin > 10 ? 1.5 : -1.5);
    data.labels[row] = random.next() < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
  }
  return data;
}

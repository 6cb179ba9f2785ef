import { hourMs } from '../core/time.ts';
import type { ClassWeights, TrainingPlan } from '../core/trainingPlan.ts';
import type { Rows } from './trainingData.ts';

/**
 * How often each row counts: its class's weight times 0.5 ^ (age / half-life), over the mean of all, so that learning
 * rates and penalties mean what they mean without weights. Undefined where all rows count alike.
 */
export function rowWeights({ classWeights, halfLifeMs }: TrainingPlan, rows: Rows): Float32Array | undefined {
  if (classWeights === undefined && halfLifeMs === undefined) return undefined;
  const { positive, negative } = classWeightsOf(classWeights, rows.labels);
  const weights = new Float64Array(rows.rows);
  let sum = 0;
  for (let row = 0; row < rows.rows; row += 1) {
    const ageMs = (rows.ageHours?.[row] ?? 0) * hourMs;
    const faded = halfLifeMs === undefined ? 1 : 0.5 ** (ageMs / halfLifeMs);
    const weight = faded * (rows.labels[row] === 1 ? positive : negative);
    weights[row] = weight;
    sum += weight;
  }
  return Float32Array.from(weights, (weight) => (weight * rows.rows) / sum);
}

/** Balanced as scikit-learn says it: rows over twice the class's rows. A class without rows has nothing to weigh. */
function classWeightsOf(given: TrainingPlan['classWeights'], labels: Uint8Array): ClassWeights {
  if (given === undefined) return { positive: 1, negative: 1 };
  if (given !== 'balanced') return given;
  const positives = labels.reduce((sum, label) => sum + label, 0);
  const weightOf = (rows: number): number => labels.length / (2 * Math.max(1, rows));
  return { positive: weightOf(positives), negative: weightOf(labels.length - positives) };
}

import { clusterInterval } from '../../core/intervals.ts';
import { auc } from '../metrics/auc.ts';

/** The rows of an hour, as one model scored them. */
export interface ScoredHour {
  /** Any whole number that tells hours apart. */
  readonly hour: number;
  readonly labels: Uint8Array;
  readonly scores: Float32Array;
}

/** The AUC of the rows of some hours together, with its interval clustered by hour; null where they are of one class. */
export function pooledAuc(
  hours: readonly ScoredHour[],
): { readonly value: number; readonly low: number | null; readonly high: number | null } | null {
  const rows = hours.reduce((sum, { labels }) => sum + labels.length, 0);
  const [labels, values, named] = [new Uint8Array(rows), new Float32Array(rows), new Uint32Array(rows)];
  let at = 0;
  for (const { hour, labels: own, scores } of hours) {
    labels.set(own, at);
    values.set(scores, at);
    named.fill(hour, at, at + own.length);
    at += own.length;
  }
  const value = auc.value(values, labels);
  if (Number.isNaN(value) || auc.influence === undefined) return null;
  const { low, high } = clusterInterval(value, auc.influence(values, labels), named);
  return { value, low, high };
}

import { clusterInterval } from '../../core/intervals.ts';
import { auc } from '../metrics/auc.ts';
import type { AgedScores } from './decayOf.ts';

/** The AUC of the rows of some hours together, with its interval clustered by hour; null where they are of one class. */
export function pooledAuc(
  hours: readonly Pick<AgedScores, 'hour' | 'labels' | 'aged'>[],
): { readonly value: number; readonly low: number | null; readonly high: number | null } | null {
  const rows = hours.reduce((sum, { labels }) => sum + labels.length, 0);
  const [labels, scores, named] = [new Uint8Array(rows), new Float32Array(rows), new Uint32Array(rows)];
  let at = 0;
  for (const { hour, labels: own, aged } of hours) {
    labels.set(own, at);
    scores.set(aged, at);
    named.fill(hour, at, at + own.length);
    at += own.length;
  }
  const value = auc.value(scores, labels);
  if (Number.isNaN(value) || auc.influence === undefined) return null;
  const { low, high } = clusterInterval(value, auc.influence(scores, labels), named);
  return { value, low, high };
}

import { ageBins } from '../../core/ageBins.ts';
import type { DecayAge, DecayBin, DecayLoss } from '../../core/backtest.ts';
import { clusterInterval, pairedInterval } from '../../core/intervals.ts';
import { auc } from '../metrics/auc.ts';

/** The rows of an hour, scored by the model that was made at it, and by one that is older by some hours. */
export interface AgedScores {
  /** The hour of the rows: any whole number that tells hours apart. */
  readonly hour: number;
  readonly ageHours: number;
  readonly labels: Uint8Array;
  readonly aged: Float32Array;
  readonly fresh: Float32Array;
}

/**
 * What models lose by age: the AUC of fresh ones less that of aged ones on the same rows, those of all pairs of an age
 * together. In an absolute AUC age and time of day are one; the gap is of the same rows. Its 95 % interval is of the rows'
 * influence, paired, and clustered by the rows' hour: a row that many models scored counts once as something drawn.
 */
export function decayOf(pairs: readonly AgedScores[]): { readonly bins: DecayBin[]; readonly ages: DecayAge[] } {
  const bins = ageBins.flatMap((bin) => {
    const within = pairs.filter(({ ageHours: age }) => age >= bin.fromHours && age < (bin.toHours ?? age + 1));
    const loss = lossOf(within);
    return loss === undefined ? [] : [{ ...bin, ...loss }];
  });
  const ages = [...Map.groupBy(pairs, ({ ageHours }) => ageHours)]
    .sort(([a], [b]) => a - b)
    .flatMap(([hours, own]) => {
      const loss = lossOf(own);
      return loss === undefined ? [] : [{ hours, ...loss }];
    });
  return { bins, ages };
}

/** Undefined where the rows are of one class, or there are none. */
function lossOf(pairs: readonly AgedScores[]): DecayLoss | undefined {
  const labels = joinedBytes(pairs.map((pair) => pair.labels));
  const [fresh, aged] = [joinedFloats(pairs.map((pair) => pair.fresh)), joinedFloats(pairs.map((pair) => pair.aged))];
  const [freshAuc, agedAuc] = [auc.value(fresh, labels), auc.value(aged, labels)];
  if (Number.isNaN(freshAuc) || Number.isNaN(agedAuc) || auc.influence === undefined) return undefined;
  const hours = Uint32Array.from(pairs.flatMap(({ hour, labels: own }) => Array<number>(own.length).fill(hour)));
  const [own, other] = [auc.influence(fresh, labels), auc.influence(aged, labels)];
  const { value, low, high } = pairedInterval(freshAuc - agedAuc, own, other, hours);
  return { rows: labels.length, auc: value, low, high, agedAuc, freshAuc };
}

/** The AUC of some hours together, with its interval clustered by hour; null where the rows are of one class. */
export function pooledAuc(
  hours: readonly Pick<AgedScores, 'hour' | 'labels' | 'aged'>[],
): { readonly value: number; readonly low: number | null; readonly high: number | null } | null {
  const [labels, scores] = [joinedBytes(hours.map((one) => one.labels)), joinedFloats(hours.map((one) => one.aged))];
  const value = auc.value(scores, labels);
  if (Number.isNaN(value) || auc.influence === undefined) return null;
  const named = Uint32Array.from(hours.flatMap(({ hour, labels: own }) => Array<number>(own.length).fill(hour)));
  const { low, high } = clusterInterval(value, auc.influence(scores, labels), named);
  return { value, low, high };
}

function joinedBytes(arrays: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(arrays));
}

function joinedFloats(arrays: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    joined.set(array, at);
    at += array.length;
  }
  return joined;
}

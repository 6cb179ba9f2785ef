import { ageBins } from '../../core/ageBins.ts';
import type { DecayAge, DecayBin, DecayLoss } from '../../core/backtest.ts';
import { clusterInterval } from '../../core/intervals.ts';
import { auc } from '../metrics/auc.ts';
import { pooledAuc } from './pooledAuc.ts';

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
 * What models lose by age: for each hour and each older model the AUC of both on the hour's rows, and the mean of these
 * gaps, by the pairs of a positive and a negative row that each stands for. So rows of one hour alone are compared with
 * each other: in an AUC over many hours, age and time of day are one. The 95 % interval is clustered by the rows' hour, as
 * the rows that many models score are drawn once.
 */
export function decayOf(pairs: readonly AgedScores[]): { readonly bins: DecayBin[]; readonly ages: DecayAge[] } {
  const gaps = pairs.flatMap(gapOf);
  const bins = ageBins.flatMap((bin) => {
    const within = gaps.filter(({ ageHours: age }) => age >= bin.fromHours && age < (bin.toHours ?? age + 1));
    return within.length === 0 ? [] : [{ ...bin, ...lossOf(within) }];
  });
  const ages = [...Map.groupBy(gaps, ({ ageHours }) => ageHours)]
    .sort(([a], [b]) => a - b)
    .map(([hours, own]) => ({ hours, ...lossOf(own) }));
  return { bins, ages };
}

interface Gap extends AgedScores {
  readonly agedAuc: number;
  readonly freshAuc: number;
  /** Pairs of a positive and a negative row. */
  readonly weight: number;
}

/** None of an hour whose rows are of one class. */
function gapOf(pair: AgedScores): Gap[] {
  const [freshAuc, agedAuc] = [auc.value(pair.fresh, pair.labels), auc.value(pair.aged, pair.labels)];
  if (Number.isNaN(freshAuc) || Number.isNaN(agedAuc)) return [];
  const positives = pair.labels.reduce((sum, label) => sum + label, 0);
  return [{ ...pair, freshAuc, agedAuc, weight: positives * (pair.labels.length - positives) }];
}

function lossOf(gaps: readonly Gap[]): DecayLoss {
  const weight = gaps.reduce((sum, gap) => sum + gap.weight, 0);
  const mean = (figureOf: (gap: Gap) => number): number =>
    gaps.reduce((sum, gap) => sum + gap.weight * figureOf(gap), 0) / weight;
  const value = mean(({ freshAuc, agedAuc }) => freshAuc - agedAuc);
  const rows = gaps.reduce((sum, { labels }) => sum + labels.length, 0);
  const influence = new Float64Array(rows);
  const hours = new Uint32Array(rows);
  let at = 0;
  for (const { labels, hour, freshAuc, agedAuc, weight: own } of gaps) {
    // What an hour adds to the mean, told by its rows: all of them together weigh as its pairs do.
    const each = ((own / labels.length) * rows) / weight;
    influence.fill(value + each * (freshAuc - agedAuc - value), at, at + labels.length);
    hours.fill(hour, at, at + labels.length);
    at += labels.length;
  }
  const { low, high } = clusterInterval(value, influence, hours);
  const pooled = (scoresOf: (gap: Gap) => Float32Array): number =>
    pooledAuc(gaps.map((gap) => ({ hour: gap.hour, labels: gap.labels, scores: scoresOf(gap) })))?.value ?? Number.NaN;
  return {
    ...{ rows, auc: value, low, high },
    ...{ agedAuc: mean((gap) => gap.agedAuc), freshAuc: mean((gap) => gap.freshAuc) },
    pooledAuc: pooled(({ fresh }) => fresh) - pooled(({ aged }) => aged),
  };
}

import { scoreBins, type VariantTally } from '../core/variantTally.ts';
import { histogramCounts } from './histogram.ts';
import type { MetricFamily } from './metricsText.ts';
import type { ServedPipeline } from './servedPipeline.ts';

interface PipelineTally {
  readonly pipeline: string;
  readonly tally: VariantTally;
}

/** What each variant did since the epoch was applied: counts begin anew with each epoch, as those of a process that restarts. */
export function variantFamilies(served: Iterable<ServedPipeline>): MetricFamily[] {
  const all = [...served].flatMap(({ pipeline, applied }) => applied.tallies().map((tally) => ({ pipeline, tally })));
  const counted = (name: string, help: string, count: (tally: VariantTally) => number): MetricFamily => ({
    name,
    help,
    type: 'counter',
    samples: all.map((each) => ({ labels: labelsOf(each), value: count(each.tally) })),
  });
  return [
    counted('whet_variant_requests_total', 'Requests that a variant was asked to score.', ({ requests }) => requests),
    counted('whet_variant_answers_total', 'Requests that it answered.', ({ answered }) => answered),
    counted(
      'whet_variant_shadow_total',
      'Requests that it scored beside another.',
      ({ requests, answered }) => requests - answered,
    ),
    counted('whet_variant_failures_total', 'It threw, or gave no number.', ({ failures }) => failures),
    counted('whet_variant_late_total', 'It had no score by the deadline.', ({ late }) => late),
    counted('whet_variant_skipped_total', 'It was not asked: too many waited.', ({ skipped }) => skipped),
    {
      name: 'whet_variant_scores',
      help: 'Scores by tenths; the sum is of the middles of hundredths.',
      type: 'histogram',
      samples: all.map((each) => ({ labels: labelsOf(each), ...tenths(each.tally.scores) })),
    },
  ];
}

function labelsOf({ pipeline, tally: { variant, version } }: PipelineTally): Record<string, string> {
  return { pipeline, variant, version: String(version) };
}

/** A tally has a bin for each hundredth: too many for a label. */
function tenths(scores: readonly number[]) {
  const perTenth = scoreBins / 10;
  const counts = Array.from({ length: 10 }, (_, tenth) =>
    scores.slice(tenth * perTenth, (tenth + 1) * perTenth).reduce((sum, count) => sum + count, 0),
  );
  const sum = scores.reduce((total, count, bin) => total + (count * (bin + 0.5)) / scoreBins, 0);
  const bounds = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
  return histogramCounts(bounds, counts, sum);
}

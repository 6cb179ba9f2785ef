import type { HistogramCounts } from './histogram.ts';
import type { MetricFamily } from './metricsText.ts';

/**
 * What several processes tell as one: of each metric, the samples with the same labels together. Counters and histograms are
 * added, of gauges holds what each says of itself, the largest where it says nothing.
 */
export function mergedFamilies(processes: readonly (readonly MetricFamily[])[]): MetricFamily[] {
  const merged = new Map<string, MetricFamily>();
  for (const family of processes.flat()) {
    const known = merged.get(family.name);
    merged.set(family.name, known === undefined ? family : both(known, family));
  }
  return [...merged.values()];
}

/** Two of the same name. */
function both(one: MetricFamily, other: MetricFamily): MetricFamily {
  if (one.type === 'histogram' && other.type === 'histogram') {
    return {
      ...one,
      samples: byLabels([...one.samples, ...other.samples], (a, b) => ({ ...a, ...addedCounts(a, b) })),
    };
  }
  if (one.type === 'histogram' || other.type === 'histogram') return one;
  const merge = one.type === 'counter' ? merges.sum : merges[one.together ?? 'largest'];
  const samples = byLabels([...one.samples, ...other.samples], (a, b) => ({ ...a, value: merge(a.value, b.value) }));
  return { ...one, samples };
}

const merges = {
  sum: (a: number, b: number): number => a + b,
  least: (a: number, b: number): number => Math.min(a, b),
  largest: (a: number, b: number): number => Math.max(a, b),
};

function byLabels<Sample extends MetricFamily['samples'][number]>(
  samples: readonly Sample[],
  merge: (a: Sample, b: Sample) => Sample,
): Sample[] {
  const held = new Map<string, Sample>();
  for (const sample of samples) {
    const key = JSON.stringify(sample.labels);
    const known = held.get(key);
    held.set(key, known === undefined ? sample : merge(known, sample));
  }
  return [...held.values()];
}

/** Their bounds are the same: they come from the same program. */
function addedCounts(a: HistogramCounts, b: HistogramCounts): HistogramCounts {
  const buckets = a.buckets.map(([bound, count], at) => [bound, count + (b.buckets[at]?.[1] ?? 0)] as const);
  return { buckets, sum: a.sum + b.sum };
}

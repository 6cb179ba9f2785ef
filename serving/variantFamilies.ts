import type { MetricFamily } from './metricsText.ts';
import type { ServedPipeline } from './servedPipeline.ts';

/** What became of each variant's requests since its epoch began: a new epoch counts from 0. */
export function variantFamilies(served: Iterable<ServedPipeline>): readonly MetricFamily[] {
  const samples = [...served].flatMap(({ pipeline, applied }) =>
    applied.tallies().flatMap(({ variant, version, requests, answered, failures, late, skipped }) => {
      const outcomes = { asked: requests, answered, failed: failures, late, skipped };
      return Object.entries(outcomes).map(([outcome, value]) => {
        return { labels: { pipeline, variant, version: String(version), outcome }, value };
      });
    }),
  );
  const help = 'Requests of the epoch by variant: asked in all, answered by it, failed, late, skipped.';
  return [{ name: 'whet_variant_requests_total', help, type: 'counter', samples }];
}

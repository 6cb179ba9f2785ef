import type { ErrorCode } from './errors.ts';

/** What one serving process did for a pipeline in about a minute: a line of `traffic/<pipeline>/…`. */
export interface TrafficLine {
  readonly pipeline: string;
  /** ISO times, UTC, half-open: lines of one process follow each other. A minute without a request has no line. */
  readonly from: string;
  readonly to: string;
  /** Requests for scores that came to their end, answered or not. */
  readonly requests: number;
  /** Those that were not answered, by the code of the error: `server.busy` was turned away, `request.invalid` refused. */
  readonly errors: Readonly<Partial<Record<ErrorCode, number>>>;
  /** Those that were answered, by the bucket of the time that it took: see `latencyBucket`. Empty buckets are left out. */
  readonly latency: Readonly<Partial<Record<string, number>>>;
}

/** From 2^-8 ms (4 microseconds) to 2^18 ms (four minutes); what is beyond counts in the last one. */
const [fewestBucket, mostBucket] = [-64, 144];
const perDoubling = 8;

export const latencyBuckets = mostBucket - fewestBucket + 1;

/**
 * The bucket, from 0, of a time in milliseconds: each is 9 % wider than the one before, so that any quantile is known to
 * 4.5 % (the logarithmic buckets of Masson, Rim and Lee 2019), and counts of many processes add up.
 */
export function latencyBucket(ms: number): number {
  const bucket = Math.ceil(Math.log2(ms) * perDoubling);
  return (bucket > fewestBucket ? Math.min(bucket, mostBucket) : fewestBucket) - fewestBucket;
}

/** The time in the middle of a bucket, milliseconds. */
export function latencyOf(bucket: number): number {
  return 2 ** ((bucket + fewestBucket - 0.5) / perDoubling);
}

/** The time that a share of the requests took at most, milliseconds; undefined where there are none. */
export function latencyQuantile(latency: TrafficLine['latency'], share: number): number | undefined {
  const buckets = Object.entries(latency).map(([bucket, count = 0]) => [Number(bucket), count] as const);
  const all = buckets.reduce((sum, [, count]) => sum + count, 0);
  let upTo = 0;
  for (const [bucket, count] of buckets.sort(([a], [b]) => a - b)) {
    upTo += count;
    if (upTo >= share * all) return latencyOf(bucket);
  }
  return undefined;
}

/** Where the lines of an hour lie, and how the names of those of a minute begin. */
export function trafficPlace(pipeline: string, atMs: number): { readonly folder: string; readonly minute: string } {
  const iso = new Date(atMs).toISOString();
  return { folder: `traffic/${pipeline}/${iso.slice(0, 13)}/`, minute: `${iso.slice(14, 16)}-` };
}

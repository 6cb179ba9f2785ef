import { canonicalJson } from './canonicalJson.ts';

/**
 * One label that came back, as a line of `feedback/<pipeline>/<yyyy-mm-ddThh>/….ndjson`; the hour is that of its receipt. Lines
 * are only ever added: a correction is a later line of the same key.
 */
export interface FeedbackLine {
  /** Of the pipeline, the key, the label and its time: sent twice, a label has the same id, and counts once. */
  readonly feedbackId: string;
  readonly pipeline: string;
  readonly key: FeedbackKey;
  /** Whether the row turned out positive. */
  readonly label: boolean;
  /** When that was known, ISO time, UTC; left out where the sender did not say. */
  readonly labelAt?: string;
  /** ISO time, UTC. */
  readonly receivedAt: string;
}

/** What a label belongs to: an answered row, or a row of the source by the contract's key and its event time. */
export type FeedbackKey =
  | { readonly kind: 'prediction'; readonly predictionId: string }
  | {
      readonly kind: 'row';
      readonly columns: Readonly<Record<string, string | number | boolean>>;
      /** ISO time, UTC. */
      readonly eventTime: string;
    };

/**
 * The lines of each key (as canonical JSON), each label once as it first came, the one that holds now last: the latest by
 * its own time, or by its receipt where it has none. The order in which lines come does not matter.
 */
export function labelsByKey(lines: Iterable<FeedbackLine>): Map<string, readonly FeedbackLine[]> {
  const firsts = new Map<string, FeedbackLine>();
  for (const line of lines) {
    const there = firsts.get(line.feedbackId);
    if (there === undefined || line.receivedAt < there.receivedAt) firsts.set(line.feedbackId, line);
  }
  return Map.groupBy([...firsts.values()].sort(byTime), ({ key }) => canonicalJson(key));
}

function byTime(a: FeedbackLine, b: FeedbackLine): number {
  return (
    order(a.labelAt ?? a.receivedAt, b.labelAt ?? b.receivedAt) ||
    order(a.receivedAt, b.receivedAt) ||
    order(a.feedbackId, b.feedbackId)
  );
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

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

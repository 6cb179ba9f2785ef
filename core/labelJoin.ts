import { type Hour, hourMs, hourStart } from './time.ts';

/**
 * How far the labels of a pipeline are joined to its prediction log: which files were read, and where what they held lies
 * now. A value: joining gives a new one, and both logs can give it again.
 */
export interface LabelJoin {
  /** By what code and for what pipeline: a join by another begins anew. */
  readonly by: string;
  /** Joins that it took. */
  readonly turn: number;
  /** By the hour in which rows were answered. */
  readonly hours: Readonly<Record<Hour, JoinedHour>>;
  /** By the hour of receipt: labels by a row's own key, and those by prediction whose prediction is not in the log. */
  readonly waiting: Readonly<Record<Hour, WaitingLabels>>;
  readonly unplaced: UnplacedLabels;
}

export interface JoinedHour extends JoinableRows {
  readonly files: ReadFiles;
  /** Labels of these rows, Parquet; null while there are none. */
  readonly labels: { readonly object: string } | null;
  readonly counts: HourLabels;
}

export interface WaitingLabels extends JoinableRows {
  readonly files: ReadFiles;
}

/** Rows in an object, Parquet, with what tells whether others can match them. */
export interface JoinableRows {
  /** Null where there is no row. */
  readonly object: string | null;
  /** What the prediction ids begin with: a serving process, mostly. Null where there are too many to name. */
  readonly origins: readonly string[] | null;
  /** First and last event time, milliseconds UTC; null where no row has one. */
  readonly eventTimes: readonly [number, number] | null;
}

/** Files of one hour of a log. `object` holds the list of their keys. */
export interface ReadFiles {
  readonly count: number;
  readonly object: string;
}

/** What became of the rows that were answered in an hour, and of the labels that belong to them. */
export interface HourLabels {
  readonly predictions: number;
  /** Predictions with a label that holds. */
  readonly settled: number;
  /** Of those: whose first label came before the row was asked for. */
  readonly early: number;
  /** Of those: whose first label came later than the pipeline's labels settle. */
  readonly late: number;
  /** Of those: whose label was another one before. */
  readonly corrected: number;
  /** Labels kept beside the one that holds. */
  readonly beside: number;
  /** Labels whose own time is after their receipt: they settle nothing. */
  readonly future: number;
  /** Labels by a key that more than one prediction has: they settle nothing. */
  readonly ambiguous: number;
  /** Times that one of these labels came again. */
  readonly twice: number;
}

/** Labels that belong to no prediction in the log. */
export interface UnplacedLabels {
  readonly unknown: number;
  readonly future: number;
  readonly twice: number;
}

export const noUnplaced: UnplacedLabels = { unknown: 0, future: 0, twice: 0 };

/** Where a pipeline's join is kept. */
export function labelJoinKey(pipeline: string): string {
  return `joined/${pipeline}/labels.json`;
}

/**
 * All labels that came, by what became of them: each line of the feedback log counts in one of these alone, as one that
 * holds, stands beside, is ambiguous, unknown, from the future, or came again.
 */
export function linesCounted({ hours, unplaced }: LabelJoin): number {
  const placed = Object.values(hours).map(
    ({ counts: { settled, beside, future, ambiguous, twice } }) => settled + beside + future + ambiguous + twice,
  );
  return placed.reduce((sum, each) => sum + each, unplaced.unknown + unplaced.future + unplaced.twice);
}

/** Predictions of an hour without a label: `missing` once all labels should have settled, `open` before that. */
export function leftOpen(
  hour: Hour,
  { predictions, settled }: HourLabels,
  settlesWithinMs: number,
  nowMs: number,
): { readonly open: number; readonly missing: number } {
  const isDue = hourStart(hour) + hourMs + settlesWithinMs <= nowMs;
  return isDue ? { open: 0, missing: predictions - settled } : { open: predictions - settled, missing: 0 };
}

/** Whether rows may match others, by what is known of both. */
export function mayMatch(
  a: Pick<JoinableRows, 'origins' | 'eventTimes'>,
  b: Pick<JoinableRows, 'origins' | 'eventTimes'>,
): boolean {
  const others = new Set(b.origins);
  const isOrigin =
    a.origins === null || b.origins === null
      ? a.origins?.length !== 0 && b.origins?.length !== 0
      : a.origins.some((origin) => others.has(origin));
  if (isOrigin) return true;
  if (a.eventTimes === null || b.eventTimes === null) return false;
  return a.eventTimes[0] <= b.eventTimes[1] && b.eventTimes[0] <= a.eventTimes[1];
}

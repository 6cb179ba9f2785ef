/** One input of the model: its kind, its name, the columns and settings it is made from. */
export type FeaturePlan =
  | NumberPlan
  | RatioPlan
  | DifferencePlan
  | DaysBetweenPlan
  | TextLengthPlan
  | CyclicPlan
  | CategoryPlan
  | BucketPlan
  | RecentRatePlan
  | RecentCountPlan;

export type FeatureKind = FeaturePlan['kind'];

// ---- numbers ---------------------------------------------------------------------------------------------------

/** How a number becomes an input of the network. What is as usual is left out. */
export interface NumericSettings {
  /** Over the train window's values; `standard` when left out. */
  readonly scale?: 'log' | 'quantile' | 'none';
  /** What stands for a missing value. Left out where none may be missing. */
  readonly missing?: MissingValue;
  /** A column more: 1 where the value is missing, else 0. */
  readonly indicator?: true;
}

/** The mean or the median of the train window's values, or a value of the feature itself. */
export type MissingValue = 'mean' | 'median' | number;

export interface NumberPlan extends NumericSettings {
  readonly kind: 'number';
  readonly name: string;
  readonly column: string;
}

/** The first column by the second; `whenZero` where the second is 0. */
export interface RatioPlan extends NumericSettings {
  readonly kind: 'ratio';
  readonly name: string;
  readonly columns: readonly [string, string];
  readonly whenZero: number;
}

/** The first column less the second. */
export interface DifferencePlan extends NumericSettings {
  readonly kind: 'difference';
  readonly name: string;
  readonly columns: readonly [string, string];
}

/** Days of 24 hours from the first column to the second. */
export interface DaysBetweenPlan extends NumericSettings {
  readonly kind: 'daysBetween';
  readonly name: string;
  readonly columns: readonly [string, string];
  /** Rounded down to whole ones. */
  readonly whole?: true;
}

/** Code points of a text; null has none. */
export interface TextLengthPlan extends Pick<NumericSettings, 'scale'> {
  readonly kind: 'textLength';
  readonly name: string;
  readonly column: string;
}

export interface CyclicPlan {
  readonly kind: 'cyclic';
  readonly name: string;
  readonly column: string;
  readonly period: CyclicPeriod;
  /** How many sines and cosines: the period's own and its multiples'. Left out where it is 1. */
  readonly harmonics?: number;
}

export type CyclicPeriod = 'minute of hour' | 'hour of day' | 'day of week' | 'time of year';

// ---- categories ------------------------------------------------------------------------------------------------

export interface CategoryPlan {
  readonly kind: 'category';
  readonly name: string;
  readonly column: string;
  /** Rows of the train window that a value needs to stand for itself. */
  readonly atLeast?: number;
  /** The most values that stand for themselves, those with the most rows. */
  readonly atMost?: number;
}

/** A number by the range it lies in: between cuts that are given, or at quantiles of the train window. */
export type BucketPlan = {
  readonly kind: 'bucket';
  readonly name: string;
  readonly column: string;
} & ({ readonly cuts: readonly number[] } | { readonly quantiles: number });

// ---- what settled lately ---------------------------------------------------------------------------------------

export type RecentRatePlan = {
  readonly kind: 'recentRate';
  readonly name: string;
  readonly overMs: number;
  /** Weight, in rows, of the rate over all keys towards which each key's rate is smoothed. */
  readonly smoothing: number;
} & RecentKey;

export type RecentCountPlan = {
  readonly kind: 'recentCount';
  readonly name: string;
  readonly overMs: number;
} & RecentKey &
  Pick<NumericSettings, 'scale'>;

/** What labels are counted by: the values of a column, or several parts side by side. */
export type RecentKey = { readonly column: string } | { readonly by: readonly KeyPart[] };

export interface KeyPart {
  readonly column: string;
  /** The column is a time, of which the time of day (UTC) counts, in steps of so many milliseconds. */
  readonly timeOfDayMs?: number;
}

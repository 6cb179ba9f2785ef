/**
 * What a test says of a window of rows against others. All tests are held to one scale: `pValue <= share` if and only if
 * `value >= limitAt(share)`. Where nothing has changed, that is so in at most that share of the windows (of a continuous
 * statistic in exactly so many).
 */
export interface DriftTest {
  /** The statistic, larger where more has changed. */
  readonly value: number;
  /** The probability of this value or a larger one where nothing has changed. Computed when it is first asked for. */
  readonly pValue: number;
  /** Rows of the window that were judged. */
  readonly rows: number;
  /** What the value is held to for a share of false alarms, 0 to 1; Infinity where no value is that rare. */
  limitAt(falseAlarms: number): number;
  /** How the value hangs on how many rows there are; undefined where it has them in it, as one in standard errors has. */
  readonly byRows?: ByRows | undefined;
}

/** By what values of windows with different rows can be compared. */
export type ByRows =
  | { readonly kind: 'share'; readonly most: 1 }
  | {
      readonly kind: 'distance';
      /** The largest value that these rows can have. */
      readonly most: number;
      /** The value to this power adds up: chance, and what has changed. */
      readonly power: 1 | 2;
      /** What it is on average in a window of so many rows where nothing has changed, and its standard deviation by that. */
      noiseOf(rows: number): number;
      readonly noiseSpread: number;
    };

/** With fewer rows on either side the answer is: too little to say. Of 30 rows, only halves and more are seen to move. */
export const fewestRows = 30;

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
}

/** With fewer rows on either side the answer is: too little to say. Of 30 rows, only halves and more are seen to move. */
export const fewestRows = 30;

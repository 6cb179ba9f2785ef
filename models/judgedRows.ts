/** The rows that a scorecard is made on: the same, in the same order, for every model on it. */
export interface JudgedRows {
  /** 1 is positive. */
  readonly labels: Uint8Array;
  /** Each row's hour, as any number that tells hours apart. */
  readonly hours: Uint32Array;
}

/** What a rule of the gate compared. */
export interface RuleNumbers {
  /** The metric's value with its 95 % interval; of two models the difference, candidate minus other; or a cost. */
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
  /** The value that had to meet `limit`: the interval's worse end, or the one-sided bound; null without an interval. */
  readonly bound: number | null;
  readonly limit: number;
  readonly rows: number;
  /** Of a one-sided bound: the chance at most that one look passes a candidate on the wrong side of the limit. */
  readonly level?: number;
  readonly look?: LookStanding;
  /** Where it is open: about what would tell, if the value stays as it is. */
  readonly needs?: { readonly hours: number; readonly rows: number };
}

/** Where a rule stands whose looks are counted: what the looks before leave to this one. */
export interface LookStanding {
  /** Counts from 1, since the reference was set. */
  readonly look: number;
  /** Looks before at which the whole gate passed; `waiting` of them share test rows with this one and count later. */
  readonly promotions: number;
  readonly waiting: number;
  /** The part of the tolerated share that this look may spend: see `lookPart`. */
  readonly part: number;
}

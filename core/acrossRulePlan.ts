/** A rule for rows among each other. A row that breaks one goes to quarantine, unless its severity says otherwise. */
export type AcrossRulePlan = UniqueRulePlan | NoDuplicatesPlan | InOrderPlan | GapAtMostPlan | ReferencesPlan;

export interface UniqueRulePlan {
  readonly kind: 'unique';
  /** Together they name a row: of rows with the same values all but the first break the rule. A null is no value. */
  readonly columns: readonly string[];
  /** How far apart in event time two rows with the same values are that break it; left out: the rows of one hour. */
  readonly withinMs?: number;
}

/** No two rows are equal in every column, null being equal to null. */
export interface NoDuplicatesPlan {
  readonly kind: 'noDuplicates';
}

/** In the order of event time a column never goes back: a row is below none that came up to `withinMs` before it. */
export interface InOrderPlan {
  readonly kind: 'inOrder';
  /** Rows with the same value of this column are compared with each other; null: all rows. */
  readonly per: string | null;
  readonly by: string;
  readonly withinMs: number;
}

/** Between a row and the one before it in event time lie at most `atMostMs`. Who was silent for longer than `withinMs` is new. */
export interface GapAtMostPlan {
  readonly kind: 'gapAtMost';
  readonly per: string | null;
  readonly atMostMs: number;
  readonly withinMs: number;
}

/** A value of the column is a value of another contract's column, in a clean row of its latest snapshot. */
export interface ReferencesPlan {
  readonly kind: 'references';
  readonly column: string;
  readonly to: { readonly contract: string; readonly column: string };
}

import type { ColumnType } from '../contractPlan.ts';
import type { Meaning } from './odcsRule.ts';

/** The column that a quality item stands at; left out at a schema object. */
export interface QualityOf {
  readonly column?: { readonly name: string; readonly type: ColumnType };
  /** The contract's columns. */
  readonly names: readonly string[];
}

export interface QualityReading {
  readonly meaning?: Meaning;
  /** Why the item, or a part of it, has no place in a contract. */
  readonly unsupported?: string;
  /** In what the rule is another one. */
  readonly differs?: string;
}

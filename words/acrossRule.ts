import type { ColumnType } from '../core/contractPlan.ts';

/** Columns whose values together name one row. */
export interface Unique<Name extends string> {
  readonly kind: 'unique';
  readonly columns: readonly Name[];
  readonly withinMs?: number;
}

export interface NoDuplicates {
  readonly kind: 'noDuplicates';
}

/** A column that never goes back as time goes on, per value of another column. */
export interface InOrder<By extends string, Per extends string> {
  readonly kind: 'inOrder';
  readonly per: Per | null;
  readonly by: By;
  readonly withinMs: number;
}

/** No silence longer than that, per value of a column. */
export interface GapAtMost<Per extends string> {
  readonly kind: 'gapAtMost';
  readonly per: Per | null;
  readonly atMostMs: number;
  readonly withinMs: number;
}

/** A column whose values are those of another contract's column. */
export interface References<Name extends string, Value> {
  readonly kind: 'references';
  readonly column: Name;
  readonly to: { readonly contract: string; readonly column: string; readonly type: ColumnType };
  /** For the compiler alone; nothing is ever there. */
  readonly __value?: Value;
}

/** A rule of a contract for rows among each other. */
export type AnyAcrossRule =
  | Unique<string>
  | NoDuplicates
  | InOrder<string, string>
  | GapAtMost<string>
  | References<string, unknown>;

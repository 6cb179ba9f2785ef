/** A row rule in SQL. */
export interface CompiledRule {
  /** Such as `delay.required`, `origin.pattern`, `origin.differsFrom.destination`. */
  readonly id: string;
  /** What must hold, for people. */
  readonly text: string;
  /** Its place: bit `bit % 62` of mask `bit / 62`. */
  readonly bit: number;
  /** True (never null) when the row breaks it; over the columns of `typedRows`. */
  readonly sql: string;
}

/** A rule before it has a bit. */
export type Rule = Omit<CompiledRule, 'bit'>;

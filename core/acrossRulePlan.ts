/** A rule for rows among each other. A row that breaks one goes to quarantine, unless its severity says otherwise. */
export type AcrossRulePlan = UniqueRulePlan;

export interface UniqueRulePlan {
  readonly kind: 'unique';
  /** Together they name a row: of rows with the same values all but the first break the rule. */
  readonly columns: readonly string[];
}

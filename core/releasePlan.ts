/** Who must approve a version before it is rolled out, as the pipeline file says it. Left out of a plan that asks nobody. */
export interface ReleasePlan {
  readonly approvals: readonly ApprovalNeed[];
  /** How long an approval counts. */
  readonly expireAfterMs: number;
}

export interface ApprovalNeed {
  readonly role: string;
  /** How many persons of that role. */
  readonly count: number;
  /** Who may act in it; left out: whoever says so. */
  readonly who?: readonly string[];
}

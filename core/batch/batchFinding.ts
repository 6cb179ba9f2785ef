/** What a rule over the window came to. */
export interface BatchFinding {
  /** The rule's id. */
  readonly rule: string;
  /** What must hold, for people. */
  readonly text: string;
  readonly severity: 'warn' | 'reject';
  readonly outcome: BatchOutcome;
  /** What was found, for people: `239 on 2001-01-02`. */
  readonly value: string;
}

/** With too few rows, a rule is not broken, and does not pass either. */
export type BatchOutcome = 'passed' | 'broken' | 'too little to say';

/** A finding without what the rule says of itself. */
export type Judged = Pick<BatchFinding, 'outcome' | 'value'>;

import type { BatchFinding } from './batch/batchFinding.ts';
import type { ContractPlan } from './contractPlan.ts';
import { ruleSeverities } from './severity.ts';

/** What a contract says of some rows; the first that is true, read from the end. */
export type Outcome = 'pass' | 'pass with warnings' | 'partly quarantined' | 'rejected';

export interface ContractOutcome {
  readonly outcome: Outcome;
  /** Rows per broken rule that warns. */
  readonly warnings: RowsByRule;
  /** Rules over the window that are broken and warn. */
  readonly windowWarnings: readonly string[];
  /** Rows per broken rule that rejects. */
  readonly rejecting: RowsByRule;
}

/** By a rule's id. */
export type RowsByRule = Readonly<Record<string, number>>;

/** What was found in an hour, or in any other lot of rows. */
export interface RowCounts {
  readonly read: number;
  readonly quarantined: number;
  readonly reasons: RowsByRule;
  readonly warnings?: RowsByRule;
}

/**
 * The outcome of a contract for all of its rows: `rejected` by a rule that rejects or by the quarantine's budget.
 * `findings` are those of the rules over the window, where it was judged.
 */
export function contractOutcome(
  contract: ContractPlan,
  parts: readonly RowCounts[],
  findings: readonly Pick<BatchFinding, 'rule' | 'severity' | 'outcome'>[] = [],
): ContractOutcome {
  const severities = new Map(ruleSeverities(contract).map(({ id, severity }) => [id, severity]));
  const warnings = rowsByRule(parts, 'warnings');
  const reasons = Object.entries(rowsByRule(parts, 'reasons'));
  const rejecting = Object.fromEntries(reasons.filter(([rule]) => severities.get(rule) === 'reject'));
  const quarantined = sum(parts, 'quarantined');
  const broken = findings.filter((finding) => finding.outcome === 'broken');
  const windowWarnings = broken.filter(({ severity }) => severity === 'warn').map(({ rule }) => rule);
  const isRejected =
    Object.keys(rejecting).length + broken.length > windowWarnings.length || isOverBudget(contract, parts);
  const warned = Object.keys(warnings).length + windowWarnings.length > 0 ? 'pass with warnings' : 'pass';
  return {
    outcome: isRejected ? 'rejected' : quarantined > 0 ? 'partly quarantined' : warned,
    warnings,
    windowWarnings,
    rejecting,
  };
}

/** What is told of a run's window. */
export type ToldOutcome = Pick<ContractOutcome, 'outcome' | 'warnings' | 'windowWarnings'>;

/** One line: `partly quarantined; warnings: delay.max in 12 rows`. */
export function outcomeText({ outcome, warnings, windowWarnings }: ToldOutcome): string {
  const ofRows = Object.entries(warnings).map(([rule, rows]) => `${rule} in ${rows} row${rows === 1 ? '' : 's'}`);
  const told = [...ofRows, ...windowWarnings];
  return told.length === 0 ? outcome : `${outcome}; warnings: ${told.join(', ')}`;
}

/** A quotient is rounded as the budget was when it was written; the product 0.29 x 100 is below 29. */
export function isOverBudget({ quarantine }: ContractPlan, parts: readonly RowCounts[]): boolean {
  const read = sum(parts, 'read');
  return read > 0 && sum(parts, 'quarantined') / read > quarantine.atMost;
}

/** Of a window of thousands of hours most have none: they cost a look each. */
function rowsByRule(parts: readonly RowCounts[], field: 'reasons' | 'warnings'): RowsByRule {
  const rows: Record<string, number> = {};
  for (const part of parts) {
    const broken = part[field];
    for (const rule in broken) rows[rule] = (rows[rule] ?? 0) + (broken[rule] ?? 0);
  }
  return rows;
}

function sum(parts: readonly RowCounts[], field: 'read' | 'quarantined'): number {
  let total = 0;
  for (const part of parts) total += part[field];
  return total;
}

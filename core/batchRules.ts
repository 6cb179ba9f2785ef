import type { BatchFinding, Judged } from './batch/batchFinding.ts';
import { batchRuleIds } from './batch/batchRuleIds.ts';
import { batchRuleText } from './batch/batchRuleText.ts';
import { judgeDrift, judgeNewValues } from './batch/judgeChange.ts';
import { judgeMeasure, judgeNewestRow, judgeShare, judgeVaries } from './batch/judgeColumn.ts';
import { judgeQuarantine } from './batch/judgeQuarantine.ts';
import { judgeNewestDay, judgeRowCounts, judgeRowGap } from './batch/judgeRowCounts.ts';
import { comparedStretches, noSketches, stretchKey, type WindowSketches, wholeWindow } from './batch/stretches.ts';
import type { BatchRulePlan } from './batchRulePlan.ts';
import type { ContractPlan } from './contractPlan.ts';
import { WhetError } from './errors.ts';
import { batchSeverity } from './severity.ts';
import type { RowsSketch } from './sketches/columnSketch.ts';
import { mergedSketch } from './sketches/mergedSketch.ts';
import type { PartitionVersion } from './snapshot.ts';

export type { BatchFinding } from './batch/batchFinding.ts';

/**
 * Judges a run's window by its partitions' counts and sketches: the quarantine's budget (rows without an event time
 * count, as no one can say that they are not of the window), then the batch rules. `sketches` are those of the
 * stretches that `neededStretches` names. Throws `quarantine.over-budget`, `batch.rule-broken`.
 */
export function judgeWindow(
  contract: ContractPlan,
  parts: readonly PartitionVersion[],
  undated: PartitionVersion | null,
  sketches: WindowSketches = noSketches,
): BatchFinding[] {
  judgeQuarantine(contract, undated === null ? parts : [...parts, undated]);
  const findings = batchFindings(contract, parts, sketches);
  requireUnbroken(contract, findings);
  return findings;
}

/** What each rule over the window comes to; nothing is thrown. */
export function batchFindings(
  contract: ContractPlan,
  parts: readonly PartitionVersion[],
  sketches: WindowSketches,
): BatchFinding[] {
  const ids = batchRuleIds(contract.batch);
  return contract.batch.map((rule, at) => {
    const id = ids[at] ?? '';
    const severity = batchSeverity(contract, id) === 'warn' ? 'warn' : 'reject';
    return { rule: id, text: batchRuleText(rule), severity, ...judged(contract, rule, parts, sketches) };
  });
}

function judged(
  { eventTime }: ContractPlan,
  rule: BatchRulePlan,
  parts: readonly PartitionVersion[],
  sketches: WindowSketches,
): Judged {
  const window = wholeWindow(parts);
  const all = sketches.get(stretchKey(window)) ?? noRows;
  switch (rule.kind) {
    case 'rowsOnNewestDay':
      return judgeNewestDay(rule, parts);
    case 'rowGap':
      return judgeRowGap(rule, parts);
    case 'newestRow':
      return judgeNewestRow(rule, eventTime, window.to, all);
    case 'measure':
      return judgeMeasure(rule, all);
    case 'varies':
      return judgeVaries(rule, all);
    case 'share':
      return judgeShare(rule, all);
    case 'newValues':
    case 'drift':
      return judgeChange(rule, parts, sketches);
    default:
      return judgeRowCounts(rule, parts);
  }
}

function judgeChange(
  rule: Extract<BatchRulePlan, { kind: 'newValues' | 'drift' }>,
  parts: readonly PartitionVersion[],
  sketches: WindowSketches,
): Judged {
  const compared = comparedStretches(rule, parts);
  if (compared === undefined) return { outcome: 'too little to say', value: `a window of ${parts.length} hours` };
  const [before, newest] = [compared.before, compared.newest].map((one) => sketches.get(stretchKey(one)) ?? noRows);
  return rule.kind === 'drift'
    ? judgeDrift(rule, before ?? noRows, newest ?? noRows)
    : judgeNewValues(rule, before ?? noRows, newest ?? noRows);
}

const noRows: RowsSketch = mergedSketch([]);

/** One error tells of all broken rules. */
function requireUnbroken({ id }: ContractPlan, findings: readonly BatchFinding[]): void {
  const broken = findings.filter(({ outcome, severity }) => outcome === 'broken' && severity === 'reject');
  if (broken.length === 0) return;
  throw new WhetError('batch.rule-broken', {
    expected: `${broken.map(({ text }) => text).join('; ')} in contract '${id}'`,
    came: broken.map(({ rule, value }) => `${value} (${rule})`).join('; '),
  });
}

import type { BatchRulePlan } from './batchRulePlan.ts';
import type { ContractPlan } from './contractPlan.ts';
import { WhetError } from './errors.ts';
import type { PartitionVersion } from './snapshot.ts';
import { hourMs, hourStart } from './time.ts';

/**
 * Judges a run's window by its partitions' counts: the quarantine's budget (rows without an event time count, as no
 * one can say that they are not of the window), then the batch rules. Throws `quarantine.over-budget`,
 * `batch.rule-broken`.
 */
export function judgeWindow(
  contract: ContractPlan,
  parts: readonly PartitionVersion[],
  undated: PartitionVersion | null,
): void {
  judgeQuarantine(contract, undated === null ? parts : [...parts, undated]);
  for (const rule of contract.batch) judgeRowsPerDay(contract, rule, parts);
}

function judgeQuarantine(contract: ContractPlan, parts: readonly PartitionVersion[]): void {
  const read = parts.reduce((sum, part) => sum + part.read, 0);
  const quarantined = parts.reduce((sum, part) => sum + part.quarantined, 0);
  const { atMost } = contract.quarantine;
  // A quotient is rounded as the budget was when it was written; the product 0.29 x 100 is below 29.
  if (read === 0 || quarantined / read <= atMost) return;
  throw new WhetError('quarantine.over-budget', {
    expected: `at most ${percent(atMost)} of the rows of contract '${contract.id}' in quarantine`,
    came: `${percent(quarantined / read)} (${count(quarantined)} of ${count(read)}); worst rules: ${worstRules(parts)}`,
  });
}

/** How many broken rules a message names. */
const worstShown = 5;

function worstRules(parts: readonly PartitionVersion[]): string {
  const rows = new Map<string, number>();
  for (const { reasons } of parts) {
    for (const [rule, broken] of Object.entries(reasons)) rows.set(rule, (rows.get(rule) ?? 0) + broken);
  }
  const worst = [...rows].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, worstShown);
  return worst.map(([rule, broken]) => `${rule} (${count(broken)})`).join(', ');
}

/** Rows as read, good and bad; only days of which the window holds all 24 hours are judged. */
function judgeRowsPerDay(contract: ContractPlan, rule: BatchRulePlan, parts: readonly PartitionVersion[]): void {
  for (const [day, rows] of wholeDays(parts)) {
    const tooFew = rule.atLeast !== undefined && rows < rule.atLeast;
    const tooMany = rule.atMost !== undefined && rows > rule.atMost;
    if (!tooFew && !tooMany) continue;
    const limit = tooFew ? `at least ${count(rule.atLeast ?? 0)}` : `at most ${count(rule.atMost ?? 0)}`;
    const expected = `${limit} rows a day in contract '${contract.id}'`;
    throw new WhetError('batch.rule-broken', { expected, came: `${count(rows)} on ${day}` });
  }
}

/** Rows read per UTC day, for the days with 24 hours in the window, in order. */
function wholeDays(parts: readonly PartitionVersion[]): [day: string, rows: number][] {
  const hours = new Map(parts.map(({ hour, read }) => [hourStart(hour, 'parts'), read]));
  const days: [string, number][] = [];
  for (const start of [...hours.keys()].filter((ms) => ms % (24 * hourMs) === 0).sort((a, b) => a - b)) {
    const reads = Array.from({ length: 24 }, (_, hour) => hours.get(start + hour * hourMs));
    if (reads.some((read) => read === undefined)) continue;
    days.push([new Date(start).toISOString().slice(0, 10), reads.reduce<number>((sum, read) => sum + (read ?? 0), 0)]);
  }
  return days;
}

/** Four digits at most, so that 1.004 % does not read as the 1 % that it is above. */
function percent(share: number): string {
  return `${Number((share * 100).toPrecision(4))} %`;
}

/** Thousands apart, as `1,234,567`; no locale, so that a message is the same everywhere. */
function count(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

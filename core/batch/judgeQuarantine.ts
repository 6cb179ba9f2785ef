import { isOverBudget } from '../contractOutcome.ts';
import type { ContractPlan } from '../contractPlan.ts';
import { WhetError } from '../errors.ts';
import type { PartitionVersion } from '../snapshot.ts';
import { count, percent } from './numberText.ts';

/** Holds a window to its budget of bad rows. Throws `quarantine.over-budget`, naming the worst rules. */
export function judgeQuarantine(contract: ContractPlan, parts: readonly PartitionVersion[]): void {
  if (!isOverBudget(contract, parts)) return;
  const read = parts.reduce((sum, part) => sum + part.read, 0);
  const quarantined = parts.reduce((sum, part) => sum + part.quarantined, 0);
  throw new WhetError('quarantine.over-budget', {
    expected: `at most ${percent(contract.quarantine.atMost)} of the rows of contract '${contract.id}' in quarantine`,
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

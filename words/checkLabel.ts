import type { ColumnPlan } from '../core/contractPlan.ts';
import type { Plan } from '../core/plan.ts';
import { durationText } from '../core/time.ts';
import { invalid } from './invalid.ts';
import { requireFullColumnOf } from './requireColumn.ts';

/** The label comes from numbers that are always there, and it can settle in time. */
export function checkLabel({ label, contract }: Plan, place: string): void {
  if (label.name.trim() === '') throw invalid(`${place}.name`, 'a name', label.name);
  requireFullColumnOf(['int', 'number'], contract, label.from.column, `${place}.from`);
  if (!Number.isFinite(label.from.value)) {
    throw invalid(`${place}.from`, "a comparison to a number, such as column('delay').above(15)", label.from.value);
  }
  const { column } = label.settlesAfter;
  const after = `${place}.settlesAfter`;
  const factor = column === undefined ? undefined : requireFullColumnOf(['int', 'number'], contract, column, after);
  checkSettlesInTime(label, factor, after);
}

/** With a settle time that is longer than `settlesWithin` for every row, no label would ever be there to test with. */
function checkSettlesInTime(label: Plan['label'], factor: ColumnPlan | undefined, place: string): void {
  const least = factor === undefined ? 0 : leastOf(factor);
  const soonestMs = Math.max(0, least) * label.settlesAfter.timesMs + label.settlesAfter.plusMs;
  if (soonestMs <= label.settlesWithinMs) return;
  const within = durationText(label.settlesWithinMs);
  throw invalid(place, `no more than settlesWithin (${within})`, `${durationText(soonestMs)} or more`);
}

function leastOf(column: ColumnPlan): number {
  const lower = column.checks.map((check) => (check.kind === 'min' || check.kind === 'moreThan' ? check.value : 0));
  return Math.max(0, ...lower);
}

import type { ColumnPlan } from '../core/contractPlan.ts';
import type { Plan } from '../core/plan.ts';
import { durationText } from '../core/time.ts';
import { invalid } from './invalid.ts';
import { requireFullColumnOf } from './requireColumn.ts';

/** The label comes from a column that is always there, compared to a value of its type, and it can settle in time. */
export function checkLabel({ label, contract }: Plan, place: string): void {
  if (label.name.trim() === '') throw invalid(`${place}.name`, 'a name', label.name);
  const from = requireFullColumnOf(
    ['int', 'number', 'boolean', 'string'],
    contract,
    label.from.column,
    `${place}.from`,
  );
  checkComparison(label.from, from, `${place}.from`);
  const { column } = label.settlesAfter;
  const after = `${place}.settlesAfter`;
  const factor = column === undefined ? undefined : requireFullColumnOf(['int', 'number'], contract, column, after);
  checkSettlesInTime(label, factor, after);
}

function checkComparison(
  { column, is, value }: Plan['label']['from'],
  { type, checks }: ColumnPlan,
  place: string,
): void {
  if (type === 'int' || type === 'number') {
    if (Number.isFinite(value)) return;
    throw invalid(place, `a comparison to a number, such as column('${column}').above(15)`, value);
  }
  const isText = type === 'string';
  const listed = checks.flatMap((check) => (check.kind === 'oneOf' ? check.values : []));
  const isRight = typeof value === type && (listed.length === 0 || listed.includes(`${value}`));
  if (isRight && (is === 'equals' || is === 'differsFrom')) return;
  const example = isText ? `text('${listed[0] ?? 'yes'}')` : 'true';
  const values = isText && listed.length > 0 ? ` with one of ${listed.map((one) => `'${one}'`).join(', ')}` : '';
  throw invalid(place, `a comparison${values}, such as column('${column}').equals(${example})`, `${is} ${value}`);
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

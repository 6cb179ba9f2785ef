import { columnsRead } from '../core/columnsRead.ts';
import type { ColumnType } from '../core/contractPlan.ts';
import { WhetError } from '../core/errors.ts';
import type { FeaturePlan } from '../core/featurePlan.ts';
import type { Plan } from '../core/plan.ts';
import { readsTimeOfDay } from '../core/recentKey.ts';
import { takesNull } from '../core/takesNull.ts';
import { readableTypes } from './feature.ts';
import { invalid } from './invalid.ts';
import { requireColumnOf } from './requireColumn.ts';

/** One feature or more, each with a name that a graph can hold and columns that it may read. */
export function checkFeatures(plan: Plan, place: string): void {
  if (plan.features.length === 0) throw invalid(place, 'one feature or more', {});
  for (const feature of plan.features) {
    const at = `${place}.${feature.name}`;
    checkName(feature.name, at);
    checkDoesNotReadLabel(feature, plan, at);
    checkColumns(feature, plan, at);
  }
}

function checkName(name: string, place: string): void {
  if (/^[a-zA-Z][a-zA-Z0-9_]*$/.test(name)) return;
  throw invalid(place, "a feature's name of letters, digits and '_', such as originLately", name);
}

function checkDoesNotReadLabel(feature: FeaturePlan, plan: Plan, place: string): void {
  const { column } = plan.label.from;
  if (!columnsRead(feature).includes(column)) return;
  throw new WhetError('feature.reads-label', {
    expected: `a column other than '${column}', where the label '${plan.label.name}' comes from`,
    came: `'${column}' in ${place}`,
    todo: `Drop the feature '${feature.name}', or let it read a column that is known when the question is asked.`,
  });
}

/** Columns of a type that the kind reads, without null unless the feature says what is made of it. */
function checkColumns(feature: FeaturePlan, { contract }: Plan, place: string): void {
  for (const column of columnsRead(feature)) {
    const isTime = readsTimeOfDay(feature, column);
    const types = isTime ? timeTypes : readableTypes[feature.kind];
    const { nullable } = requireColumnOf(types, contract, column, place);
    if (nullable && (isTime || !takesNull(feature))) throw mayBeNull(feature, column, place);
  }
}

const timeTypes: readonly ColumnType[] = ['date'];

function mayBeNull(feature: FeaturePlan, column: string, place: string): WhetError {
  const away = `take .nullable() or .optional() off '${column}': rows with null there then go to quarantine.`;
  const isTime = feature.kind === 'cyclic' || readsTimeOfDay(feature, column);
  return new WhetError('column.wrong-type', {
    expected: 'a column without null, or what stands for it',
    came: `'${column}', which may be null, in ${place}`,
    todo: isTime ? `T${away.slice(1)}` : `Say what stands for it, such as { missing: 'median' }, or ${away}`,
  });
}

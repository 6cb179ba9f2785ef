import { WhetError } from '../core/errors.ts';
import type { FeaturePlan } from '../core/featurePlan.ts';
import type { Plan } from '../core/plan.ts';
import { readableTypes } from './feature.ts';
import { invalid } from './invalid.ts';
import { requireColumnOf, requireFullColumnOf } from './requireColumn.ts';

/** One feature or more, each with a name that a graph can hold and a column that it may read. */
export function checkFeatures(plan: Plan, place: string): void {
  if (plan.features.length === 0) throw invalid(place, 'one feature or more', {});
  for (const feature of plan.features) {
    const at = `${place}.${feature.name}`;
    checkName(feature.name, at);
    checkDoesNotReadLabel(feature, plan, at);
    checkColumn(feature, plan, at);
  }
}

function checkName(name: string, place: string): void {
  if (/^[a-zA-Z][a-zA-Z0-9_]*$/.test(name)) return;
  throw invalid(place, "a feature's name of letters, digits and '_', such as originLately", name);
}

function checkDoesNotReadLabel({ name, column }: FeaturePlan, plan: Plan, place: string): void {
  if (column !== plan.label.from.column) return;
  throw new WhetError('feature.reads-label', {
    expected: `a column other than '${column}', where the label '${plan.label.name}' comes from`,
    came: `'${column}' in ${place}`,
    todo: `Drop the feature '${name}', or let it read a column that is known when the question is asked.`,
  });
}

/** A column of a type that the kind reads, without null unless it is a text: there the empty one stands for null. */
function checkColumn({ kind, column }: FeaturePlan, { contract }: Plan, place: string): void {
  const { type } = requireColumnOf(readableTypes[kind], contract, column, place);
  if (type !== 'string') requireFullColumnOf([type], contract, column, place);
}

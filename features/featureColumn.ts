import type { ColumnPlan } from '../core/contractPlan.ts';
import { WhetError } from '../core/errors.ts';
import type { FeaturePlan } from '../core/featurePlan.ts';
import type { Plan } from '../core/plan.ts';
import { featureKinds } from './featureKinds.ts';

/** The contract's column that a feature reads. Throws `column.unknown`, `column.wrong-type`. */
export function featureColumn(plan: Plan, feature: FeaturePlan): ColumnPlan {
  const place = `features.${feature.name}`;
  const column = contractColumn(plan, feature.column, place);
  const { accepts } = featureKinds[feature.kind];
  if (!accepts.includes(column.type)) {
    throw new WhetError('column.wrong-type', {
      expected: `a column of type ${accepts.join(' or ')} for the feature kind '${feature.kind}'`,
      came: `'${column.name}' of type ${column.type} in ${place}`,
    });
  }
  if (column.nullable && column.type !== 'string') {
    throw new WhetError('column.wrong-type', {
      expected: 'a column in which null never comes, as only a text has a value (the empty one) that stands for it',
      came: `'${column.name}' of type ${column.type}, nullable, in ${place}`,
      todo: 'Take .nullable() off the column in the contract, or drop the feature.',
    });
  }
  return column;
}

/** A column of the contract by its name. Throws `column.unknown`, naming `place`. */
export function contractColumn(plan: Plan, name: string, place: string): ColumnPlan {
  const column = plan.contract.columns.find((one) => one.name === name);
  if (column !== undefined) return column;
  const expected = `a column of the contract '${plan.contract.id}'`;
  throw new WhetError('column.unknown', { expected, came: `'${name}' in ${place}` });
}

import { columnsRead } from '../core/columnsRead.ts';
import type { ColumnPlan, ColumnType } from '../core/contractPlan.ts';
import { WhetError } from '../core/errors.ts';
import type { FeaturePlan } from '../core/featurePlan.ts';
import type { RawColumn } from '../core/modelPackage.ts';
import type { Plan } from '../core/plan.ts';
import { readsTimeOfDay } from '../core/recentKey.ts';
import { takesNull } from '../core/takesNull.ts';
import type { ColumnOf } from './featureKind.ts';
import { featureKinds } from './featureKinds.ts';

/** The contract's columns that a feature reads, in its own order. Throws `column.unknown`, `column.wrong-type`. */
export function featureColumns(plan: Plan, feature: FeaturePlan): RawColumn[] {
  const place = `features.${feature.name}`;
  return columnsRead(feature).map((column) => {
    const { name, type, nullable } = checked(contractColumn(plan, column, place), feature, place);
    return { name, type, nullable };
  });
}

/** The columns of the contract by their names, as the feature kinds ask for them. */
export function columnsOf(plan: Plan, feature: FeaturePlan): ColumnOf {
  const columns = new Map(featureColumns(plan, feature).map((column) => [column.name, column]));
  return (name) => columns.get(name) ?? contractColumn(plan, name, `features.${feature.name}`);
}

function checked(column: ColumnPlan, feature: FeaturePlan, place: string): ColumnPlan {
  const isTime = readsTimeOfDay(feature, column.name);
  const accepts = isTime ? timeTypes : featureKinds[feature.kind].accepts;
  if (!accepts.includes(column.type)) {
    throw new WhetError('column.wrong-type', {
      expected: `a column of type ${accepts.join(' or ')} for the feature kind '${feature.kind}'`,
      came: `'${column.name}' of type ${column.type} in ${place}`,
    });
  }
  if (column.nullable && (isTime || !takesNull(feature))) {
    throw new WhetError('column.wrong-type', {
      expected: 'a column in which null never comes, as the feature has no value that stands for it',
      came: `'${column.name}' of type ${column.type}, nullable, in ${place}`,
      todo: 'Take .nullable() off the column in the contract, or drop the feature.',
    });
  }
  return column;
}

const timeTypes: readonly ColumnType[] = ['date'];

/** A column of the contract by its name. Throws `column.unknown`, naming `place`. */
export function contractColumn(plan: Plan, name: string, place: string): ColumnPlan {
  const column = plan.contract.columns.find((one) => one.name === name);
  if (column !== undefined) return column;
  const expected = `a column of the contract '${plan.contract.id}'`;
  throw new WhetError('column.unknown', { expected, came: `'${name}' in ${place}` });
}

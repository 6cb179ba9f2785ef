import type { ColumnPlan, ColumnType, ContractPlan } from '../core/contractPlan.ts';
import { WhetError } from '../core/errors.ts';
import { didYouMean } from './didYouMean.ts';

/** The contract's column of that name. Throws `column.unknown`, naming the place and the nearest name. */
export function requireColumn(contract: ContractPlan, name: string, place: string): ColumnPlan {
  const found = contract.columns.find((column) => column.name === name);
  if (found !== undefined) return found;
  const known = contract.columns.map((column) => column.name);
  throw new WhetError('column.unknown', {
    expected: `a column of contract '${contract.id}'`,
    came: `'${name}' in ${place}`,
    todo: didYouMean(name, known),
  });
}

/** The same, of one of the types given. Throws `column.wrong-type` as well. */
export function requireColumnOf(
  types: readonly ColumnType[],
  contract: ContractPlan,
  name: string,
  place: string,
): ColumnPlan {
  const column = requireColumn(contract, name, place);
  if (types.includes(column.type)) return column;
  const fitting = contract.columns.filter((other) => types.includes(other.type)).map((other) => other.name);
  throw new WhetError('column.wrong-type', {
    expected: `a column of type ${types.join(' or ')}`,
    came: `'${name}', which is ${column.type}, in ${place}`,
    todo: fitting.length === 0 ? 'The contract has none.' : `Use one of: ${fitting.join(', ')}.`,
  });
}

/** The same, in which null never comes. Throws `column.wrong-type` as well. */
export function requireFullColumnOf(
  types: readonly ColumnType[],
  contract: ContractPlan,
  name: string,
  place: string,
): ColumnPlan {
  const column = requireColumnOf(types, contract, name, place);
  if (!column.nullable) return column;
  throw new WhetError('column.wrong-type', {
    expected: 'a column without null',
    came: `'${name}', which may be null, in ${place}`,
    todo: `Take .nullable() or .optional() off '${name}': rows with null there then go to quarantine.`,
  });
}

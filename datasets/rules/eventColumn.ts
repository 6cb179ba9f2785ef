import type { ContractPlan } from '../../core/contractPlan.ts';
import { WhetError } from '../../core/errors.ts';

/** Where the event time stands among the contract's columns. Throws `column.unknown`, `column.wrong-type`. */
export function eventColumn(contract: ContractPlan): number {
  const k = contract.columns.findIndex((column) => column.name === contract.eventTime);
  const place = `${contract.id}.eventTime`;
  if (k < 0)
    throw new WhetError('column.unknown', {
      expected: 'a declared column',
      came: `'${contract.eventTime}' in ${place}`,
    });
  const type = contract.columns[k]?.type;
  if (type !== 'date')
    throw new WhetError('column.wrong-type', {
      expected: `a date in ${place}`,
      came: `'${contract.eventTime}', ${type}`,
    });
  return k;
}

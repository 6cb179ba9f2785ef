import type { References } from './acrossRule.ts';
import type { Contract } from './contract.ts';
import type { Row } from './feature.ts';
import { requireColumn } from './requireColumn.ts';

/**
 * Each value of the column is one of `to`'s column, in a clean row of that contract's latest snapshot:
 * `references('airport', airports, 'code')`. A null refers to nothing. Throws `column.unknown`.
 */
export function references<
  const Name extends string,
  const Id extends string,
  R extends Row,
  const To extends keyof R & string,
>(column: Name, to: Contract<Id, R>, toColumn: To): References<Name, NonNullable<R[To]>> {
  const { type } = requireColumn(to.plan, toColumn, `references('${column}', ${to.id}, …)`);
  return { kind: 'references', column, to: { contract: to.id, column: toColumn, type } };
}

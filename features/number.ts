import type { NumberPlan } from '../core/featurePlan.ts';
import { castDouble } from './castDouble.ts';
import { numericKind } from './numericKind.ts';
import { sqlDouble } from './sqlNumbers.ts';

/** The column's value as it is. Whole numbers pass through float64, on both sides, so that both round alike. */
export const number = numericKind<NumberPlan>({
  version: 1,
  accepts: ['int', 'number'],
  value: ({ name, column }, columnOf) => ({
    sql: sqlDouble(column),
    part: { nodes: [castDouble(column, `${name}/double`)], initializers: [], output: `${name}/double` },
    isUnbounded: columnOf(column).type === 'number',
  }),
});

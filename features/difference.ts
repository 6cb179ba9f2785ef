import type { DifferencePlan } from '../core/featurePlan.ts';
import { castDouble } from './castDouble.ts';
import { numericKind } from './numericKind.ts';
import { sqlDouble } from './sqlNumbers.ts';

/** The first column less the second, in float64; missing where either is. */
export const difference = numericKind<DifferencePlan>({
  version: 1,
  accepts: ['int', 'number'],
  value: ({ name, columns: [first, second] }, columnOf) => ({
    sql: `(${sqlDouble(first)} - ${sqlDouble(second)})`,
    part: {
      nodes: [
        castDouble(first, `${name}/first`),
        castDouble(second, `${name}/second`),
        { op: 'Sub', inputs: [`${name}/first`, `${name}/second`], outputs: [`${name}/double`] },
      ],
      initializers: [],
      output: `${name}/double`,
    },
    isUnbounded: [first, second].some((column) => columnOf(column).type === 'number'),
  }),
});

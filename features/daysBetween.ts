import type { DaysBetweenPlan } from '../core/featurePlan.ts';
import type { GraphNode } from '../core/graph.ts';
import { hourMs } from '../core/time.ts';
import { sqlName } from '../datasets/database.ts';
import { castDouble } from './castDouble.ts';
import { doubleConstant } from './doubleConstant.ts';
import { numericKind } from './numericKind.ts';
import { sqlConstant } from './sqlNumbers.ts';

const dayMs = 24 * hourMs;

/**
 * Days of 24 hours from the first time to the second, negative where the second is earlier; `whole` rounds them down.
 * Milliseconds of every time there is are exact in float64, their difference below 285,000 years.
 */
export const daysBetween = numericKind<DaysBetweenPlan>({
  version: 1,
  accepts: ['date'],
  value: ({ name, columns, whole }) => {
    const [from, to] = columns.map((column) => `CAST(epoch_ms(${sqlName(column)}) AS DOUBLE)`);
    const days = `((${to} - ${from}) / ${sqlConstant(dayMs)})`;
    const floor: GraphNode = { op: 'Floor', inputs: [`${name}/days`], outputs: [`${name}/whole`] };
    return {
      sql: whole === true ? `floor(${days})` : days,
      part: {
        nodes: [
          castDouble(columns[0], `${name}/from`),
          castDouble(columns[1], `${name}/to`),
          { op: 'Sub', inputs: [`${name}/to`, `${name}/from`], outputs: [`${name}/ms`] },
          { op: 'Div', inputs: [`${name}/ms`, `${name}/day`], outputs: [`${name}/days`] },
          ...(whole === true ? [floor] : []),
        ],
        initializers: [doubleConstant(`${name}/day`, dayMs)],
        output: whole === true ? `${name}/whole` : `${name}/days`,
      },
      isUnbounded: false,
    };
  },
});

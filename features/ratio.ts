import type { RatioPlan } from '../core/featurePlan.ts';
import type { GraphPart } from '../core/graph.ts';
import { castDouble } from './castDouble.ts';
import { doubleConstant } from './doubleConstant.ts';
import { numericKind } from './numericKind.ts';
import { sqlConstant, sqlDouble } from './sqlNumbers.ts';

/** The first column by the second, in float64; `whenZero` where the second is 0; missing where either is. */
export const ratio = numericKind<RatioPlan>({
  version: 1,
  accepts: ['int', 'number'],
  value: (feature) => ({ sql: ratioSql(feature), part: ratioPart(feature), isUnbounded: true }),
});

function ratioSql({ columns, whenZero }: RatioPlan): string {
  const [top, bottom] = columns.map(sqlDouble);
  return `CASE WHEN ${top} IS NULL THEN NULL WHEN ${bottom} = 0 THEN ${sqlConstant(whenZero)} ELSE ${top} / ${bottom} END`;
}

/** In place of a constant, 0 x top + whenZero stands for a division by zero: so a missing top stays missing. */
function ratioPart({ name, columns, whenZero }: RatioPlan): GraphPart {
  const [top, bottom, zero] = ['top', 'bottom', 'zero'].map((tensor) => `${name}/${tensor}`) as [
    string,
    string,
    string,
  ];
  return {
    nodes: [
      castDouble(columns[0], top),
      castDouble(columns[1], bottom),
      { op: 'Div', inputs: [top, bottom], outputs: [`${name}/quotient`] },
      { op: 'Mul', inputs: [top, zero], outputs: [`${name}/nothing`] },
      { op: 'Add', inputs: [`${name}/nothing`, `${name}/whenZero`], outputs: [`${name}/instead`] },
      { op: 'Equal', inputs: [bottom, zero], outputs: [`${name}/isZero`] },
      {
        op: 'Where',
        inputs: [`${name}/isZero`, `${name}/instead`, `${name}/quotient`],
        outputs: [`${name}/double`],
      },
    ],
    initializers: [doubleConstant(zero, 0), doubleConstant(`${name}/whenZero`, whenZero)],
    output: `${name}/double`,
  };
}

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
  const at = (step: string): string => `${name}/${step}`;
  return {
    nodes: [
      castDouble(columns[0], at('top')),
      castDouble(columns[1], at('bottom')),
      { op: 'Div', inputs: [at('top'), at('bottom')], outputs: [at('quotient')] },
      { op: 'Mul', inputs: [at('top'), at('zero')], outputs: [at('nothing')] },
      { op: 'Add', inputs: [at('nothing'), at('whenZero')], outputs: [at('instead')] },
      { op: 'Equal', inputs: [at('bottom'), at('zero')], outputs: [at('isZero')] },
      { op: 'Where', inputs: [at('isZero'), at('instead'), at('quotient')], outputs: [at('double')] },
    ],
    initializers: [doubleConstant(at('zero'), 0), doubleConstant(at('whenZero'), whenZero)],
    output: at('double'),
  };
}

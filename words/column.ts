import type { Comparison } from '../core/comparison.ts';
import type { Duration } from '../core/time.ts';
import { type SettleTime, settleTime } from './settleTime.ts';

/** A column compared to a number, or to another column, which is named by text. */
export interface Compared<Name extends string, Is extends Comparison, To extends number | string> {
  readonly kind: 'compare';
  readonly column: Name;
  readonly is: Is;
  readonly to: To;
}

/** A column of the contract. In comparisons a number is a value and a text is the name of another column. */
export interface Column<Name extends string> {
  above<const To extends number | string>(to: To): Compared<Name, 'above', To>;
  atLeast<const To extends number | string>(to: To): Compared<Name, 'atLeast', To>;
  below<const To extends number | string>(to: To): Compared<Name, 'below', To>;
  atMost<const To extends number | string>(to: To): Compared<Name, 'atMost', To>;
  equals<const To extends number | string>(to: To): Compared<Name, 'equals', To>;
  differsFrom<const To extends number | string>(to: To): Compared<Name, 'differsFrom', To>;
  /** The column's number times a length of time: `column('distance').times('8 seconds').plus('30 minutes')`. */
  times(length: Duration): SettleTime<Name>;
}

/** A column by its name, to make a label, a rule or a settle time from. */
export function column<const Name extends string>(name: Name): Column<Name> {
  const compared = <const Is extends Comparison, To extends number | string>(is: Is, to: To) =>
    ({ kind: 'compare', column: name, is, to }) as const;
  return {
    above: (to) => compared('above', to),
    atLeast: (to) => compared('atLeast', to),
    below: (to) => compared('below', to),
    atMost: (to) => compared('atMost', to),
    equals: (to) => compared('equals', to),
    differsFrom: (to) => compared('differsFrom', to),
    times: (length) => settleTime(name, length),
  };
}

import type { Comparison } from '../core/comparison.ts';
import { type Duration, durationMs } from '../core/time.ts';
import { type ColumnMeasures, columnMeasures } from './columnMeasures.ts';
import { type SettleTime, settleTime } from './settleTime.ts';
import type { Text } from './text.ts';

/** What a column is compared to: a value, or another column, which a bare text names. */
export type Operand = number | boolean | string | Text<string>;

/** A column compared to a value or to another column. */
export interface Compared<Name extends string, Is extends Comparison, To extends Operand> {
  readonly kind: 'compare';
  readonly column: Name;
  readonly is: Is;
  readonly to: To;
}

export type AnyCompared = Compared<string, Comparison, Operand>;

/** A column in which null may come, but not where the comparison holds. */
export interface RequiredWhen<Name extends string, When extends AnyCompared> {
  readonly kind: 'requiredWhen';
  readonly column: Name;
  readonly when: When;
}

/** A date that lies close to another. */
export interface Within<Name extends string, After extends string> {
  readonly kind: 'within';
  readonly column: Name;
  readonly after: After;
  readonly atMostMs: number;
  readonly orBeforeMs: number;
}

/** A date that is not later than the time at which its row is judged. */
export interface NotInFuture<Name extends string> {
  readonly kind: 'notInFuture';
  readonly column: Name;
  readonly byMs: number;
}

/** A rule of a contract for one row by itself. */
export type AnyRowRule = AnyCompared | RequiredWhen<string, AnyCompared> | Within<string, string> | NotInFuture<string>;

/** A column of the contract. In comparisons a number is a value, and a bare text is the name of another column. */
export interface Column<Name extends string> extends ColumnMeasures<Name> {
  above<const To extends Operand>(to: To): Compared<Name, 'above', To>;
  atLeast<const To extends Operand>(to: To): Compared<Name, 'atLeast', To>;
  below<const To extends Operand>(to: To): Compared<Name, 'below', To>;
  atMost<const To extends Operand>(to: To): Compared<Name, 'atMost', To>;
  equals<const To extends Operand>(to: To): Compared<Name, 'equals', To>;
  differsFrom<const To extends Operand>(to: To): Compared<Name, 'differsFrom', To>;
  /** Not null where that holds: `column('landed').requiredWhen(column('status').equals(text('landed')))`. */
  requiredWhen<const When extends AnyCompared>(when: When): RequiredWhen<Name, When>;
  /** The skew of two clocks: `column('received').within('10 minutes').after('sent', { orBefore: '1 minute' })`. */
  within(length: Duration): {
    /** From `orBefore` (0 when left out) before that date to the length after it, both ends allowed. */
    after<const After extends string>(column: After, options?: { readonly orBefore: Duration }): Within<Name, After>;
  };
  /** At most `by` (0 when left out) later than the time at which the row is judged. */
  notInFuture(options?: { readonly by: Duration }): NotInFuture<Name>;
  /** The column's number times a length of time: `column('distance').times('8 seconds').plus('30 minutes')`. */
  times(length: Duration): SettleTime<Name>;
}

/** A column by its name, to make a label, a rule or a settle time from. Throws `duration.invalid`. */
export function column<const Name extends string>(name: Name): Column<Name> {
  const place = `column('${name}')`;
  const compared = <const Is extends Comparison, To extends Operand>(is: Is, to: To) =>
    ({ kind: 'compare', column: name, is, to }) as const;
  return {
    ...columnMeasures(name),
    above: (to) => compared('above', to),
    atLeast: (to) => compared('atLeast', to),
    below: (to) => compared('below', to),
    atMost: (to) => compared('atMost', to),
    equals: (to) => compared('equals', to),
    differsFrom: (to) => compared('differsFrom', to),
    requiredWhen: (when) => ({ kind: 'requiredWhen', column: name, when }),
    within: (length) => ({
      after: (after, { orBefore = '0 minutes' } = { orBefore: '0 minutes' }) => {
        const atMostMs = durationMs(length, `${place}.within(…)`);
        const orBeforeMs = durationMs(orBefore, `${place}.within(…).after(…), orBefore`);
        return { kind: 'within', column: name, after, atMostMs, orBeforeMs };
      },
    }),
    notInFuture: ({ by = '0 minutes' } = { by: '0 minutes' }) => {
      return { kind: 'notInFuture', column: name, byMs: durationMs(by, `${place}.notInFuture(…), by`) };
    },
    times: (length) => settleTime(name, length),
  };
}

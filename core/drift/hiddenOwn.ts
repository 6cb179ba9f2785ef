import { studentQuantile, studentTail } from '../studentT.ts';

/** What quiet windows say of a value by what they hid behind the chance of their rows. */
export interface HiddenOwn {
  /** The probability of a value or a larger one. */
  tail(value: number): number;
  limitAt(falseAlarms: number): number;
}

/** Windows that had as many rows hid nothing. */
export const nothingHidden: HiddenOwn = { tail: () => 0, limitAt: () => 0 };

/** Means of a value to its power: what windows have of their own, and chance now and then. */
export interface OwnParts {
  readonly own: number;
  readonly noise: number;
  readonly noiseThen: number;
}

/**
 * How a window's own part is spread cannot be seen where chance was larger than it. Where chance is smaller now, the part
 * that has come forth is held to the widest law there is reason for: one cause that moves all rows (an hour's weather) by
 * a normal amount, which makes a chi-square with one degree of freedom of it. A value is told by how far it is `from`.
 */
export function hiddenOwn(
  { own, noise, noiseThen }: OwnParts,
  { from, power }: { readonly from: number; readonly power: 1 | 2 },
): HiddenOwn {
  const all = own + noise;
  const forth = own / all - own / (own + noiseThen);
  // Rounding alone is nothing.
  if (forth < 1e-9) return nothingHidden;
  return {
    tail(value) {
      const moved = (Math.max(0, value - from) ** power / all - (1 - forth)) / forth;
      return moved <= 0 ? 1 : 2 * studentTail(Math.sqrt(moved), manyRows);
    },
    limitAt(falseAlarms) {
      const moved = studentQuantile(1 - falseAlarms / 2, manyRows) ** 2;
      return from + (all * (1 - forth + forth * moved)) ** (1 / power);
    },
  };
}

/** Student's t with so many degrees of freedom is the normal distribution, for all that is told of it. */
const manyRows = 1_000;

/** A value, and the probability of it or a larger one. */
export interface RarePlace {
  readonly value: number;
  readonly tail: number;
}

export interface RareSearch {
  /** No value is larger. */
  readonly most: number;
  /** About where the limit is. */
  readonly near: number;
  /** One that is known: it lies on its own side of the limit, exactly. */
  readonly known: RarePlace;
}

/**
 * The value from which on a tail is at most `share`, or at most a thousandth of it above; Infinity where no value is that
 * rare. For tails that are dear: the logarithm of that of a largest distance is nearly a line in the square of the distance,
 * so that a few are enough.
 */
export function rareFrom(tailOf: (value: number) => number, share: number, { most, near, known }: RareSearch): number {
  const end = { value: most, tail: 0 };
  let [common, rare]: [RarePlace, RarePlace] = known.tail <= share ? [{ value: 0, tail: 1 }, known] : [known, end];
  let aim = near;
  for (let probe = 1; rare.value - common.value > rare.value * precision; probe += 1) {
    const isWithin = aim > common.value && aim < rare.value;
    const value = isWithin ? aim : (common.value + rare.value) / 2;
    const place = { value, tail: tailOf(value) };
    const isRare = place.tail <= share;
    [common, rare] = isRare ? [common, place] : [place, rare];
    // A little to the other side of where it should be, so that both sides come near; now and then the middle, to be sure.
    const crossing = crossingOf(common, rare, share) * (isRare ? 1 - precision / 3 : 1 + precision / 3);
    aim = probe % 4 === 0 ? Number.NaN : crossing;
  }
  return rare === end && tailOf(most) > share ? Number.POSITIVE_INFINITY : rare.value;
}

const precision = 1e-3;

/** Where the line through both meets the share; through 0 where one of them has no logarithm. */
function crossingOf(common: RarePlace, rare: RarePlace, share: number): number {
  const [from, to] = rare.tail > 0 ? [common, rare] : [{ value: 0, tail: 1 }, common];
  const [high, low] = [Math.log(from.tail), Math.log(to.tail)];
  const part = (high - Math.log(share)) / (high - low);
  return Math.sqrt(from.value ** 2 + part * (to.value ** 2 - from.value ** 2));
}

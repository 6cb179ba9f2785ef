/**
 * The bucket of a finite number: its sign, exponent and first six bits of the fraction, so that each power of two has 64
 * buckets of one width. This is DDSketch (Masson, Rim and Lee, VLDB 2019) with its linear mapping: a number differs from
 * the middle of its bucket by less than 0.8 % of itself. No logarithm is taken, so that every machine and SQL agree.
 * Buckets are whole numbers in the order of the numbers in them, 0 for zero; whole numbers below 128 are alone in theirs.
 */
export function bucketOf(value: number): number {
  bits.setFloat64(0, Math.abs(value));
  return value === 0 ? 0 : Math.sign(value) * ((bits.getUint32(0) >>> dropped) + 1);
}

/** The ends of a bucket: the one nearer to zero is in it, the other is not. */
export function bucketEnds(bucket: number): { readonly inner: number; readonly outer: number } {
  if (bucket === 0) return { inner: 0, outer: 0 };
  const size = Math.abs(bucket);
  const sign = Math.sign(bucket);
  return { inner: sign * floatOf(size - 1), outer: sign * floatOf(size) };
}

/** What stands for the numbers of a bucket: of whole numbers one of them, else the middle. */
export function middleOf(bucket: number, isWhole: boolean): number {
  const { inner, outer } = bucketEnds(bucket);
  const middle = inner + (outer - inner) / 2;
  return isWhole ? Math.trunc(middle) : middle;
}

/** Bits of the upper half of a float64 that are not in its bucket's name. */
const dropped = 14;
const bits = new DataView(new ArrayBuffer(8));

function floatOf(index: number): number {
  bits.setUint32(0, index << dropped);
  bits.setUint32(4, 0);
  return bits.getFloat64(0);
}

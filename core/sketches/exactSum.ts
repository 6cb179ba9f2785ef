/** The sum of two exact sums, which are texts `<whole>` or `<whole>p<power>`: whole times 2^power. */
export function addedSums(a: string, b: string): string {
  const [left, right] = [parsed(a), parsed(b)];
  const power = Math.min(left.power, right.power);
  return exactSum((left.whole << BigInt(left.power - power)) + (right.whole << BigInt(right.power - power)), power);
}

/** An exact number as text; the same number has one text. */
export function exactSum(whole: bigint, power: number): string {
  if (whole === 0n) return '0';
  let [odd, rest] = power > 0 ? [whole << BigInt(power), 0] : [whole, power];
  while (rest < 0 && (odd & 1n) === 0n) [odd, rest] = [odd >> 1n, rest + 1];
  return rest === 0 ? String(odd) : `${odd}p${rest}`;
}

/** An exact sum divided by a whole number of rows, rounded once, to the nearest float64. */
export function exactMean(sum: string, rows: number): number {
  const { whole, power } = parsed(sum);
  const size = whole < 0n ? -whole : whole;
  const count = BigInt(rows);
  // 64 bits of quotient and one that says whether there are more: then rounding to 53 is right.
  const shift = Math.max(0, 64 + bitsOf(count) - bitsOf(size));
  const scaled = size << BigInt(shift);
  const quotient = (scaled / count) | (scaled % count === 0n ? 0n : 1n);
  const half = Math.trunc((power - shift) / 2);
  const mean = Number(quotient) * 2 ** half * 2 ** (power - shift - half);
  return whole < 0n ? -mean : mean;
}

interface Exact {
  readonly whole: bigint;
  /** 0 or less. */
  readonly power: number;
}

function parsed(text: string): Exact {
  const [whole = '0', power = '0'] = text.split('p');
  return { whole: BigInt(whole), power: Number(power) };
}

function bitsOf(whole: bigint): number {
  return whole.toString(16).length * 4;
}

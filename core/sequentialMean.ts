/** What is known of some numbers: how many there are, their sum and that of their squares. */
export interface Moments {
  readonly rows: number;
  readonly sum: number;
  readonly squares: number;
}

/** The numbers of which the bounds are closest for what they hold. */
const closestAt = 1_000;
/** With fewer, the normal distribution that the bounds rest on is too far from the truth. */
export const fewestForMean = 100;

/**
 * Bounds that hold the true mean at every look with probability 1 - alpha, as the numbers grow many (Waudby-Smith, Arbour,
 * Sinha, Kennedy and Ramdas 2024, "Time-uniform central limit theory and asymptotic confidence sequences"). `independent`
 * is how many of the numbers are independent of each other. Undefined for few.
 */
export function meanBounds(
  { rows, sum, squares }: Moments,
  independent: number,
  alpha: number,
): { readonly low: number; readonly high: number } | undefined {
  if (independent < fewestForMean || rows < independent) return undefined;
  const mean = sum / rows;
  const variance = Math.max(0, squares / rows - mean ** 2);
  const scale = (-2 * Math.log(alpha) + Math.log(-2 * Math.log(alpha)) + 1) / closestAt;
  const spread = independent * scale + 1;
  const reach = Math.sqrt((variance * 2 * spread * Math.log(Math.sqrt(spread) / alpha)) / (independent ** 2 * scale));
  return { low: mean - reach, high: mean + reach };
}

/**
 * The quantile of Student's t: the value that a draw with so many degrees of freedom stays below with probability
 * `share` (0 to 1, both excluded). `freedom` is a whole number from 1. Bisection of the exact distribution function.
 */
export function studentQuantile(share: number, freedom: number): number {
  if (share < 0.5) return -studentQuantile(1 - share, freedom);
  const within = 2 * share - 1;
  let [low, high] = [0, Math.PI / 2];
  for (let halving = 0; halving < 60; halving += 1) {
    const middle = (low + high) / 2;
    if (withinAngle(middle, freedom) < within) low = middle;
    else high = middle;
  }
  return Math.tan((low + high) / 2) * Math.sqrt(freedom);
}

/** The probability that a draw of Student's t exceeds `value`; exact to about 1e-15. */
export function studentTail(value: number, freedom: number): number {
  const within = withinAngle(Math.atan(Math.abs(value) / Math.sqrt(freedom)), freedom);
  return Math.max(0, value >= 0 ? (1 - within) / 2 : (1 + within) / 2);
}

/** P(|t| < tan(angle) x sqrt(freedom)): Abramowitz and Stegun 1964, 26.7.3 and 26.7.4. */
function withinAngle(angle: number, freedom: number): number {
  const square = Math.cos(angle) ** 2;
  const odd = freedom % 2 === 1;
  let [term, sum] = [odd ? Math.cos(angle) : 1, 0];
  for (let order = odd ? 1 : 0; order <= freedom - 2; order += 2) {
    sum += term;
    term *= ((order + 1) / (order + 2)) * square;
  }
  return odd ? ((angle + Math.sin(angle) * sum) * 2) / Math.PI : Math.sin(angle) * sum;
}

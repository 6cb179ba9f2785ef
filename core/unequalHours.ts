/** What a spread over hours is worth: by what its square is too small, and Student's degrees of freedom. */
export interface SpreadWorth {
  readonly correction: number;
  readonly freedom: number;
}

/**
 * The spread of sums by hour, where some hours hold many rows and some few: a night's hours hardly count, so a day has
 * fewer than 23 degrees of freedom. Bell and McCaffrey 2002 for a mean, by the working model that the means of hours
 * have one variance; Satterthwaite's degrees of freedom, rounded down. Equal hours give hours / (hours - 1) and hours - 1.
 */
export function unequalHours(rowsPerHour: readonly number[]): SpreadWorth {
  const rows = rowsPerHour.reduce((sum, each) => sum + each, 0);
  const power = (exponent: number): number => rowsPerHour.reduce((sum, each) => sum + (each / rows) ** exponent, 0);
  const [s2, s3, s4, s5] = [power(2), power(3), power(4), power(5)];
  // The trace of K and of its square, K[h][k] = w[h] w[k] ((h = k) - w[h] - w[k] + s2), w being the shares of the rows.
  const trace = s2 - 2 * s3 + s2 * s2;
  const ofSquare = s4 * (1 + 2 * s2) - 4 * s5 + s2 ** 4 - 4 * s2 * s3 * s2 + 2 * s4 * s2 + 2 * s3 ** 2;
  // The sums round: 23 may come as 22.999999999.
  return { correction: s2 / trace, freedom: Math.max(1, Math.floor(trace ** 2 / ofSquare + 1e-9)) };
}

/** The logarithm of the gamma function of a number above 0, to about 1e-13 (Lanczos 1964, with g = 7 and nine terms). */
export function logGamma(x: number): number {
  const below = x - 1;
  const series = terms.reduce((sum, term, at) => sum + term / (below + at + 1), first);
  const base = below + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (below + 0.5) * Math.log(base) - base + Math.log(series);
}

const first = 0.999_999_999_999_809_9;
const terms: readonly number[] = [
  676.520_368_121_885_1, -1_259.139_216_722_402_8, 771.323_428_777_653_1, -176.615_029_162_140_6,
  12.507_343_278_686_905, -0.138_571_095_265_720_12, 9.984_369_578_019_572e-6, 1.505_632_735_149_311_6e-7,
];

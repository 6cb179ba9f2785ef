import type { DriftTest } from './driftTest.ts';

/** A test among others. */
export interface JudgedTest {
  readonly value: number;
  /** Off from it on; Infinity where no value would be. */
  readonly limit: number;
  readonly pValue: number;
  readonly rows: number;
  readonly isOff: boolean;
}

/**
 * Judges tests of one look together (Benjamini and Hochberg 1995): with the p-values in order, all up to the last one
 * that is at most its rank / tests x `falseAlarms` are off. Where nothing has changed, the share of looks in which any is
 * off is at most `falseAlarms` (Simes 1986) for tests that are independent or go up together (Benjamini and Yekutieli
 * 2001); where some have changed, at most that share of those that are off is wrong, on average. Undefined, too little
 * to say, stays so and is not counted.
 */
export function judgeTogether(
  tests: readonly (DriftTest | undefined)[],
  falseAlarms: number,
): (JudgedTest | undefined)[] {
  const level = commonLevel(
    tests.flatMap((test) => test?.pValue ?? []),
    falseAlarms,
  );
  return tests.map((test) => {
    if (test === undefined) return undefined;
    const { value, pValue, rows } = test;
    return { value, limit: test.limitAt(level), pValue, rows, isOff: pValue <= level };
  });
}

/** The share that each p-value is held to; that of the smallest where none is off. */
export function commonLevel(pValues: readonly number[], falseAlarms: number): number {
  const step = falseAlarms / Math.max(1, pValues.length);
  const sorted = [...pValues].sort((a, b) => a - b);
  return step * Math.max(1, sorted.findLastIndex((pValue, at) => pValue <= step * (at + 1)) + 1);
}

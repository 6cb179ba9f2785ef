import type { DriftTest } from './driftTest.ts';

/** A test whose p-value is computed once, and only if it is asked for: of windows of the past the value alone counts. */
export function testLater(
  { value, rows, byRows }: Pick<DriftTest, 'value' | 'rows' | 'byRows'>,
  pValueOf: () => number,
  limitAt: DriftTest['limitAt'],
): DriftTest {
  let pValue: number | undefined;
  return {
    value,
    rows,
    get pValue() {
      pValue ??= pValueOf();
      return pValue;
    },
    limitAt,
    byRows,
  };
}

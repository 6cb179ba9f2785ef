import { type DriftTest, fewestRows } from './driftTest.ts';
import { hypergeometricTail, type KindRows } from './hypergeometricTail.ts';
import { testLater } from './testLater.ts';

/**
 * Whether more of a window's rows are of a kind than of the reference's: rows without a value, or with a category that
 * is not in the vocabulary. The value is the window's share, 0 to 1. Fisher's exact test, so of false alarms there are
 * fewer than stated, many fewer where the kind is rare. A window with fewer of them is never off. Undefined, too little
 * to say, where a side has fewer rows than `leastRows`.
 */
export function shareTest(
  reference: KindRows,
  window: KindRows,
  leastRows: number = fewestRows,
): DriftTest | undefined {
  if (Math.min(reference.rows, window.rows) < leastRows) return undefined;
  const pValueOf = (ofKind: number): number => hypergeometricTail(reference, { rows: window.rows, ofKind });
  return testLater(
    { value: window.ofKind / window.rows, rows: window.rows, byRows: { kind: 'share', most: 1 } },
    () => pValueOf(window.ofKind),
    (falseAlarms) => leastRare(pValueOf, window.rows, falseAlarms) / window.rows,
  );
}

/** The fewest rows of the kind that are so rare; more are rarer. */
function leastRare(pValueOf: (ofKind: number) => number, rows: number, falseAlarms: number): number {
  if (pValueOf(rows) > falseAlarms) return Number.POSITIVE_INFINITY;
  let [common, rare] = [-1, rows];
  while (rare - common > 1) {
    const middle = Math.floor((common + rare) / 2);
    if (pValueOf(middle) <= falseAlarms) rare = middle;
    else common = middle;
  }
  return rare;
}

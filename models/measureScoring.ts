import type { GoldenRows } from '../core/modelPackage.ts';
import type { Measured } from '../core/scorecard.ts';
import { scorerColumns } from './scorers/goldenRows.ts';
import type { Scorer } from './scorers/scorer.ts';

const warmups = 200;
const timed = 2_000;

/**
 * How long one row takes, golden row after golden row, one at a time: the median and the 99th percentile of 2,000. `clock`
 * gives milliseconds with their fractions.
 */
export async function measureScoring(
  scorer: Scorer,
  golden: GoldenRows,
  clock: () => number,
): Promise<Pick<Measured, 'scoringMs' | 'scorer' | 'timed'>> {
  const rows = golden.scores.map((_, row) => ({ rows: 1, columns: scorerColumns(rowOf(golden.columns, row)) }));
  const took: number[] = [];
  for (let call = 0; call < warmups + timed; call += 1) {
    const row = rows[call % rows.length] ?? { rows: 0, columns: {} };
    const from = clock();
    await scorer.score(row);
    if (call >= warmups) took.push(clock() - from);
  }
  took.sort((a, b) => a - b);
  const share = (part: number): number => took[Math.ceil(part * took.length) - 1] ?? 0;
  return { scoringMs: { p50: share(0.5), p99: share(0.99) }, scorer: scorer.kind, timed };
}

function rowOf(columns: GoldenRows['columns'], row: number): GoldenRows['columns'] {
  return Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values.slice(row, row + 1)]));
}

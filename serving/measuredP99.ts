import { rowAt, scorerColumns } from '../models/scorers/goldenRows.ts';
import type { LoadedVersion } from './slots.ts';

/** Times of single rows, of which the third longest is the 99th percentile; no more once they took this long. */
const times = 200;
const longestMs = 250;

/** The 99th percentile of the time in which a version scores one of its golden rows; 0 where it has none. */
export async function measuredP99Ms({ package: { golden }, scorer }: LoadedVersion): Promise<number> {
  const rows = golden.scores.length;
  const columns = scorerColumns(golden.columns);
  const took: number[] = [];
  const end = performance.now() + longestMs;
  for (let time = 0; rows > 0 && time < times && performance.now() < end; time += 1) {
    const row = rowAt(columns, time % rows);
    const began = performance.now();
    await scorer.score(row);
    took.push(performance.now() - began);
  }
  took.sort((a, b) => b - a);
  return took[Math.floor(took.length / 100)] ?? 0;
}

import { seededRandom, shuffledIndices } from '../core/random.ts';
import type { PartitionVersion } from '../core/snapshot.ts';
import { hourMs, hourStart } from '../core/time.ts';
import { sqlName } from '../datasets/database.ts';

/** Some rows of some parts: the parts, each with the count of its drawn rows, and the SQL condition that picks them. */
export interface RowDraw {
  readonly parts: readonly PartitionVersion[];
  readonly where: string;
}

/** Draws up to `count` rows of these parts without replacement. The same parts, count and seed draw the same rows. */
export function drawRows(parts: readonly PartitionVersion[], eventTime: string, count: number, seed: number): RowDraw {
  const total = parts.reduce((rows, part) => rows + part.rows, 0);
  const drawn = shuffledIndices(total, seededRandom(seed)).slice(0, count).sort();
  const picked: PartitionVersion[] = [];
  const places: number[] = [];
  let [first, next] = [0, 0];
  for (const part of parts) {
    const ends = drawn.findIndex((row, at) => at >= next && row >= first + part.rows);
    const mine = drawn.subarray(next, ends === -1 ? drawn.length : ends);
    for (const row of mine) places.push(placeOf(part, row - first));
    if (mine.length > 0) picked.push({ ...part, rows: mine.length });
    first += part.rows;
    next += mine.length;
  }
  return { parts: picked, where: `${placeSql(eventTime)} IN (SELECT unnest([${places.join(', ')}]))` };
}

/** A row's hour and its place there as one whole number, below 2^53 until the year 2200. */
function placeOf(part: PartitionVersion, row: number): number {
  return (hourStart(part.hour) / hourMs) * rowsInHour + row;
}

function placeSql(eventTime: string): string {
  return `((epoch_ms(date_trunc('hour', ${sqlName(eventTime)})) // ${hourMs}) * ${rowsInHour} + file_row_number)`;
}

/** More than an hour has rows. */
const rowsInHour = 2 ** 32;

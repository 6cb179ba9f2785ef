import { plainParquet } from '../../datasets/sources/plainParquet.ts';
import type { ServedRows } from '../../features/servedRows.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { putObject } from '../../storage/objects.ts';
import { scorerColumns } from '../scorers/goldenRows.ts';
import type { PackageShelf } from './packageShelf.ts';

/**
 * Scores an hour's rows by each of some packages, and keeps them as Parquet, in canonical order: `place` (the row's place
 * in its partition), `event`, `settles` (ms UTC), `positive` (0 or 1), and a column of scores for each package.
 */
export async function scoreHour(
  store: ObjectStore,
  shelf: PackageShelf,
  served: ServedRows,
  packages: readonly string[],
): Promise<string> {
  const { rows, raw, event, settles, labels } = served;
  const columns = scorerColumns(raw);
  const scores: Float64Array[] = [];
  for (const id of packages) {
    const scorer = await shelf.scorer(id);
    scores.push(Float64Array.from(await scorer.score({ rows, columns })));
  }
  const place = BigInt64Array.from({ length: rows }, (_, row) => BigInt(row));
  const names = ['event', 'settles', 'positive', ...packages.map(scoreColumn)];
  const schema = [{ name: 'place', type: 'int' } as const, ...names.map((name) => ({ name, type: 'number' }) as const)];
  const present = new Uint8Array(rows).fill(1);
  const values = [place, event, settles, Float64Array.from(labels), ...scores];
  const held = values.map((column) => ({ values: bytesOf(column), present }));
  return putObject(store, plainParquet(schema, [{ columns: held, rows }]));
}

/** The column of a package's scores. */
export function scoreColumn(packageId: string): string {
  return `s_${packageId.slice(0, 20)}`;
}

function bytesOf({ buffer, byteOffset, byteLength }: BigInt64Array | Float64Array): Uint8Array {
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}

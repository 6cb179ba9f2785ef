import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ask } from '../plain/plainThreads.ts';
import type { SourceTable, TablePart } from '../sources/rawRows.ts';

export interface MarkedRows {
  /** Of who holds the rows. */
  readonly ask: Ask;
  /** How many are marked in each of the source's parts. */
  readonly marked: readonly number[];
  /** Where to write them. */
  readonly folder: string;
}

/** The marked rows of a source, and nothing else of it: a Parquet file for each of its files, with `_row`, the rows' ordinals. */
export async function markedRows(source: SourceTable, { ask, marked, folder }: MarkedRows): Promise<SourceTable> {
  const parts = source.parts.map((part, at) => ({ part, at })).filter(({ at }) => (marked[at] ?? 0) > 0);
  const written: TablePart[] = [];
  for (const [from, some] of Map.groupBy(parts, ({ part }) => part.from)) {
    const file = join(folder, `marked${written.length}.parquet`);
    const { parquet } = await ask({ kind: 'marked', files: some.map(({ at }) => at) });
    await writeFile(file, parquet);
    written.push({ file, from, types: some[0]?.part.types ?? [] });
  }
  return { name: source.name, parts: written };
}

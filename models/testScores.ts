import { gunzipSync, gzipSync } from 'node:zlib';
import { tableFromArrays, tableFromIPC, tableToIPC } from '@uwdata/flechette';
import type { ObjectStore } from '../storage/objectStore.ts';
import { getObject, putObject } from '../storage/objects.ts';

/** The scores of the rows that a scorecard was made on, so that other rules can be tried on them later. */
export interface TestScores {
  /** 1 is positive. */
  readonly labels: Uint8Array;
  /** Each row's hour, counted from 1970-01-01T00 UTC: rows of neighbouring cards are told apart by it. */
  readonly hours: Uint32Array;
  /** One score per row; each rival with tables as old as its own, and with tables of the same hour as the challenger's. */
  readonly scores: Readonly<Partial<Record<ScoredAs, Float32Array>>> & { readonly challenger: Float32Array };
}

export type ScoredAs = 'challenger' | 'champion' | 'champion, same tables' | 'reference' | 'reference, same tables';

/**
 * Stores test scores as a gzipped Arrow IPC file with the columns `label` (uint8), `hour` (uint32) and one of float32 for
 * each model, and gives its id. The same scores have the same id.
 */
export function keepTestScores(store: ObjectStore, { labels, hours, scores }: TestScores): Promise<string> {
  const bytes = tableToIPC(tableFromArrays({ label: labels, hour: hours, ...scores }), { format: 'file' });
  if (bytes === null) throw new TypeError('Expected the bytes of an Arrow file.');
  return putObject(store, gzipSync(bytes));
}

/** Reads them again by their id. Throws `storage.missing` (they are kept for 30 days unless told otherwise), `storage.damaged`. */
export async function readTestScores(store: ObjectStore, id: string): Promise<TestScores> {
  const table = tableFromIPC(new Uint8Array(gunzipSync(await getObject(store, id))));
  const column = <T>(name: string): T => table.getChild(name).toArray() as T;
  const models = table.names.map(String).filter((name) => name !== 'label' && name !== 'hour');
  return {
    labels: column('label'),
    hours: column('hour'),
    scores: Object.fromEntries(models.map((name) => [name, column(name)])) as unknown as TestScores['scores'],
  };
}

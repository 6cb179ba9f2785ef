import type { MatrixPart } from '../core/matrix.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { getObject } from '../storage/objects.ts';
import { decodeMatrixFile, type MatrixRows } from './matrixFile.ts';

/** The rows of a part, and which of them have a label. */
export interface SettledRows {
  readonly data: MatrixRows;
  /** The rows whose label is known by the time asked for, in order. */
  readonly kept: Int32Array;
}

/** Reads a part as of a time in milliseconds UTC. Throws `storage.missing`, `storage.damaged`. */
export async function settledRows(store: ObjectStore, part: MatrixPart, asOfMs: number): Promise<SettledRows> {
  if (part.object === null) return { data: noRows, kept: new Int32Array() };
  const data = decodeMatrixFile(await getObject(store, part.object));
  const kept = new Int32Array(data.rows);
  let count = 0;
  for (let row = 0; row < data.rows; row += 1) {
    if ((data.settles[row] ?? Number.POSITIVE_INFINITY) > asOfMs) continue;
    kept[count] = row;
    count += 1;
  }
  return { data, kept: kept.subarray(0, count) };
}

const noRows: MatrixRows = {
  rows: 0,
  numeric: new Float32Array(),
  categories: [],
  numbers: [],
  slices: [],
  labels: new Uint8Array(),
  settles: new Float64Array(),
  event: new Float64Array(),
};

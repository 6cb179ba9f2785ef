import { WhetError } from '../core/errors.ts';
import type { PartitionVersion, Snapshot } from '../core/snapshot.ts';
import { type Hour, hourStart, hoursBetween } from '../core/time.ts';
import { sqlText } from '../datasets/database.ts';
import { concurrently, storeHands } from '../storage/concurrently.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { objectKey } from '../storage/objects.ts';

/** A snapshot's parts by their hour. Throws `snapshot.missing-hour` for an hour that it does not hold. */
export interface PartsByHour {
  at(hour: Hour): PartitionVersion;
  /** All parts of [hour - lengthMs, hour), in order. */
  before(hour: Hour, lengthMs: number): PartitionVersion[];
}

export function partsByHour(snapshot: Snapshot): PartsByHour {
  const made = held.get(snapshot) ?? byHour(snapshot);
  held.set(snapshot, made);
  return made;
}

/** A stage asks several times for the parts of one snapshot. */
const held = new WeakMap<Snapshot, PartsByHour>();

function byHour(snapshot: Snapshot): PartsByHour {
  const parts = new Map(snapshot.parts.map((part) => [part.hour, part]));
  const at = (hour: Hour, neededBy = hour): PartitionVersion => {
    const part = parts.get(hour);
    if (part === undefined) throw missing(snapshot, hour, neededBy);
    return part;
  };
  return {
    at: (hour) => at(hour),
    before: (hour, lengthMs) => {
      const end = hourStart(hour);
      return hoursBetween(end - lengthMs, end).map((past) => at(past, hour));
    },
  };
}

/** The rows of some parts as a SQL table, with `file_row_number`, their place in canonical order within a part. */
export async function sqlOfParts(store: ObjectStore, parts: readonly PartitionVersion[]): Promise<string> {
  const objects = parts.flatMap((part) => (part.object === null ? [] : [part.object]));
  const files = await concurrently(objects, storeHands, (object) => store.file(objectKey(object)));
  return `read_parquet([${files.map(sqlText).join(', ')}], file_row_number = true)`;
}

function missing(snapshot: Snapshot, hour: Hour, neededBy: Hour): WhetError {
  const [first, last] = [snapshot.parts[0], snapshot.parts.at(-1)];
  const held = first === undefined || last === undefined ? 'no hours' : `${first.hour} to ${last.hour}`;
  const need = neededBy === hour ? '' : `, which the table of ${neededBy} is made of`;
  return new WhetError('snapshot.missing-hour', {
    expected: `the hour ${hour}${need}`,
    came: `snapshot ${snapshot.id} with ${held}`,
  });
}

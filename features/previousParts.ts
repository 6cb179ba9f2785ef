import type { FeatureMatrix, MatrixPart } from '../core/matrix.ts';
import type { Snapshot } from '../core/snapshot.ts';
import { type Hour, hourMs, hourStart } from '../core/time.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { getObjectJson, objectKey, putJson, readHint } from '../storage/objects.ts';

/** The last matrix of some features, and what the snapshot held that it was made from. */
interface LatestMatrix {
  /** `objects/<sha256>` of the `FeatureMatrix`. */
  readonly matrix: string;
  readonly first: Hour;
  /** The beginnings of its parts' contents, hour by hour. */
  readonly contents: string;
}

/** Hexadecimal digits of a content that tell it apart: 96 bits. */
const digits = 24;

/**
 * The parts of the last matrix that are good for this snapshot too: those of hours whose rows, and all rows that their
 * table is made of, are the same. They are not looked for again, one by one: who holds a matrix holds its parts.
 * `features` names all that a part depends on beside its rows.
 */
export async function previousParts(
  store: ObjectStore,
  features: string,
  snapshot: Snapshot,
  lookbackMs: number,
): Promise<Map<Hour, MatrixPart>> {
  const latest = await readHint<LatestMatrix>(store, latestKey(features));
  if (latest === undefined || !(await store.has(objectKey(latest.matrix)))) return new Map();
  const matrix = notedLast(store, latest.matrix) ?? (await getObjectJson<FeatureMatrix>(store, latest.matrix));
  const since = sameSince(latest, snapshot);
  const parts = [...matrix.train, ...matrix.validate, ...matrix.test];
  const isSame = ({ hour }: MatrixPart): boolean =>
    hourStart(hour) - (since.get(hour) ?? Number.POSITIVE_INFINITY) >= lookbackMs;
  return new Map(parts.filter(isSame).map(({ hour, key, object, rows }) => [hour, { hour, key, object, rows }]));
}

/**
 * Notes a matrix, which lies under its SHA-256, for the next run: a hint, which may be lost. Only snapshots without gaps
 * are noted. The process that made it need not read it.
 */
export async function notePrevious(
  store: ObjectStore,
  features: string,
  snapshot: Snapshot,
  matrix: string,
  made: FeatureMatrix,
): Promise<void> {
  madeLast.set(store, [{ matrix, made }, ...(madeLast.get(store) ?? [])].slice(0, madeAtMost));
  const [first, last] = [snapshot.parts[0]?.hour, snapshot.parts.at(-1)?.hour];
  if (first === undefined || last === undefined) return;
  if (hourStart(last) - hourStart(first) !== (snapshot.parts.length - 1) * hourMs) return;
  const contents = snapshot.parts.map(({ content }) => content.slice(0, digits)).join('');
  await putJson(store, latestKey(features), { matrix, first, contents } satisfies LatestMatrix);
}

/** A few pipelines' last ones: a million bytes each. */
const madeAtMost = 8;
const madeLast = new WeakMap<ObjectStore, readonly { readonly matrix: string; readonly made: FeatureMatrix }[]>();

function notedLast(store: ObjectStore, matrix: string): FeatureMatrix | undefined {
  return madeLast.get(store)?.find((one) => one.matrix === matrix)?.made;
}

function latestKey(features: string): string {
  return `features/${features}/latest.json`;
}

/** For each hour that both hold with the same rows: since when, without a break, that is so; milliseconds UTC. */
function sameSince({ first, contents }: LatestMatrix, snapshot: Snapshot): Map<Hour, number> {
  const since = new Map<Hour, number>();
  const firstMs = hourStart(first);
  let [from, before] = [0, Number.NaN];
  for (const { hour, content } of snapshot.parts) {
    const start = hourStart(hour);
    const at = ((start - firstMs) / hourMs) * digits;
    const isSame = at >= 0 && contents.slice(at, at + digits) === content.slice(0, digits);
    if (!isSame || start - hourMs !== before) from = start;
    before = isSame ? start : Number.NaN;
    if (isSame) since.set(hour, from);
  }
  return since;
}

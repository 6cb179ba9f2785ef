import { canonicalJson } from '../../core/canonicalJson.ts';
import type { ContractPlan } from '../../core/contractPlan.ts';
import type { PartitionVersion, Snapshot, SnapshotManifest, SnapshotOrigin } from '../../core/snapshot.ts';
import { reasonsOf } from '../../core/snapshotDiff.ts';
import type { FileDigest } from '../../core/sourceChanges.ts';
import { hourMs, hourOf, hourStart } from '../../core/time.ts';
import { digestOf, digestOfValue } from '../../storage/digest.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { putJson, putObjectJson, readHint, readJson } from '../../storage/objects.ts';
import { appendSnapshotLog, type NewLogEntry } from './snapshotLog.ts';
import { createManifest, manifestKey, openManifest, readManifest } from './snapshotManifest.ts';

/** Part of a snapshot's identity: raise it when the same rows are frozen otherwise. */
export const snapshotVersion = 1;

/** What is known of a freezing beside its rows; told to whoever asks, and part of no id. */
export interface Freezing {
  /** The workflow that freezes, and when (ISO, UTC). */
  readonly run?: string;
  readonly at?: string;
  readonly undated?: PartitionVersion | null;
  readonly sources?: readonly FileDigest[];
}

/**
 * Freezes partitions under an id that is made of their logical content alone, so that the same rows give the same id on
 * any run: first the contract as an object, then the manifest, then a line in the log. Each is written once; a later
 * call with the same id gets what is there, and finishes what a crash left undone.
 */
export async function freezeSnapshot(
  store: ObjectStore,
  contract: ContractPlan,
  parts: readonly PartitionVersion[],
  freezing: Freezing = {},
): Promise<Snapshot> {
  const id = snapshotId(contract, parts);
  const contractDigest = await putObjectJson(store, contract);
  const origin = originOf(contract, parts, freezing);
  const made = { contract: contract.id, contractDigest, format: snapshotVersion, id, origin, parts } as const;
  const snapshot = (await createManifest(store, made)) ? made : await readSnapshot(store, id);
  const hint = await readHint<Latest>(store, latestKey(contract.id));
  const { n } = await appendSnapshotLog(store, contract.id, logEntryOf(snapshot, freezing), hint?.n);
  await putJson(store, latestKey(contract.id), { snapshot: id, n } satisfies Latest);
  return snapshot;
}

function originOf(contract: ContractPlan, parts: readonly PartitionVersion[], freezing: Freezing): SnapshotOrigin {
  return {
    contractVersion: contract.version,
    key: contract.key,
    order,
    quarantined: parts.reduce((sum, part) => sum + part.quarantined, 0),
    reasons: reasonsOf(parts),
    undated: freezing.undated ?? null,
    sources: freezing.sources ?? [],
  };
}

/** Of the manifest that is there, which another may have frozen under another contract of the same columns. */
function logEntryOf({ id, contractDigest, parts, origin }: Snapshot, { run, at }: Freezing): NewLogEntry {
  const [first, last] = [parts[0], parts.at(-1)];
  const to = (hour: string): string => hourOf(hourStart(hour) + hourMs);
  return {
    id,
    contractDigest,
    contractVersion: origin?.contractVersion ?? null,
    hours: first === undefined || last === undefined ? null : { from: first.hour, to: to(last.hour) },
    rows: parts.reduce((sum, part) => sum + part.rows, 0),
    quarantined: parts.reduce((sum, part) => sum + part.quarantined, 0),
    run: run ?? null,
    at: at ?? null,
  };
}

/** `n` is its number in the log. */
interface Latest {
  readonly snapshot: string;
  readonly n?: number;
}

/** A snapshot by its id. Throws `storage.missing`, `storage.damaged`. */
export function readSnapshot(store: ObjectStore, id: string): Promise<Snapshot> {
  return readManifest(store, manifestKey(id));
}

/** The snapshot that was frozen last, to look for partitions in: a hint, not a decision. */
export async function latestSnapshot(store: ObjectStore, contractId: string): Promise<Snapshot | undefined> {
  const hint = await readHint<Latest>(store, latestKey(contractId));
  if (hint === undefined) return undefined;
  const manifest = await readJson<SnapshotManifest | Snapshot>(store, manifestKey(hint.snapshot));
  return manifest === undefined ? undefined : openManifest(store, manifest);
}

/** How a part's rows are ordered; in the id, since a trainer that reads them in another order trains another model. */
const order = 'event time, columns as declared, nulls first';

/** The id of a snapshot of these partitions: of their logical content alone. */
export function snapshotId(contract: ContractPlan, parts: readonly PartitionVersion[]): string {
  const columns = contract.columns.map(({ name, type }) => [name, type]);
  const schema = digestOfValue({ columns, key: contract.key, eventTime: contract.eventTime });
  const of = { contract: contract.id, format: snapshotVersion, order };
  // Their canonical text, as `digestOfValue` makes it, without a list for each of thousands of parts.
  return `sn1-${digestOf(`${canonicalJson(of).slice(0, -1)},"parts":[${parts.map(partText).join()}],"schema":"${schema}"}`)}`;
}

function partText({ hour, rows, content }: PartitionVersion): string {
  return `["${hour}",${rows},"${content}"]`;
}

function latestKey(contractId: string): string {
  return `datasets/${contractId}/latest.json`;
}

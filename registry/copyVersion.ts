import { WhetError } from '../core/errors.ts';
import type { VersionOrigin, VersionRecord } from '../core/ledger.ts';
import type { Authorship } from '../core/ledgerRules.ts';
import type { ModelPackage } from '../core/modelPackage.ts';
import type { Scorecard } from '../core/scorecard.ts';
import { concurrently, storeHands } from '../storage/concurrently.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { createJson, getObjectJson, objectKey, requireJson } from '../storage/objects.ts';
import { digestedLedger } from './ledger.ts';
import { requireHeld } from './requireHeld.ts';
import { registerVersion, versionOf } from './versions.ts';

export interface VersionCopy {
  readonly from: ObjectStore;
  /** How the other store's ledger names this one: a folder, or an address without credentials. */
  readonly fromLocation: string;
  readonly to: ObjectStore;
  readonly pipeline: string;
  /** A number, or an alias such as `champion`. */
  readonly version: number | string;
  readonly authorship: Authorship;
}

export interface CopiedVersion {
  /** Its number there. */
  readonly version: number;
  /** Whether it was there before: then nothing was registered. */
  readonly wasThere: boolean;
  readonly objects: number;
  readonly origin: VersionOrigin;
}

/**
 * Copies a version with all that it answers and is judged by: package, model, network, table, scorecard and plan. Every
 * object is checked against its digest on both sides before the version is registered, which it is once, with its origin.
 * Its rows and its run stay where they are. Throws `version.unknown`, `version.swept`, `storage.missing` and
 * `storage.damaged`.
 */
export async function copyVersion(copy: VersionCopy): Promise<CopiedVersion> {
  const { from, to, pipeline, authorship } = copy;
  const { record, origin } = await versionToCopy(copy);
  const digests = await objectsOf(from, record);
  await concurrently(digests, storeHands, (digest) => copyObject(from, to, digest));
  await copyPlan(from, to, record.plan);
  // Numbers of this store say nothing in the other, where the copy is a version of its own.
  const { version: _number, refresh: _refresh, ...named } = record;
  const registered = await registerVersion(to, pipeline, { ...named, origin }, authorship);
  return { version: registered.version, wasThere: registered.entry === null, objects: digests.length, origin };
}

async function versionToCopy({ from, fromLocation, pipeline, version }: VersionCopy) {
  const held = await digestedLedger(from, pipeline);
  const ledger = held.map(({ entry }) => entry);
  const record = versionOf(pipeline, version, ledger);
  await requireHeld(from, pipeline, record);
  const isOfIt = ({ entry: { event } }: (typeof held)[number]) =>
    event.kind === 'registered' && event.record.version === record.version;
  const { entry, digest } = held.find(isOfIt) ?? missing(record);
  const origin: VersionOrigin = {
    ...{ store: fromLocation, version: record.version },
    ...{ entry: entry.n, entryDigest: digest },
  };
  return { record, origin };
}

/** The digests of all that a version is not whole without. Scores of the test rows and what it was trained on are not of them. */
async function objectsOf(store: ObjectStore, record: VersionRecord): Promise<string[]> {
  const { model, network, table, lineage } = await getObjectJson<ModelPackage>(store, record.package);
  await getObjectJson<Scorecard>(store, record.scorecard);
  const own = lineage.model === undefined ? [] : [lineage.model];
  return [...new Set([record.package, model.digest, network.digest, table, record.scorecard, ...own])];
}

/** `file` checks the bytes that are read, `digest` reads those that were written or were there before. */
async function copyObject(from: ObjectStore, to: ObjectStore, digest: string): Promise<void> {
  const key = objectKey(digest);
  await to.createFromFile(key, await from.file(key));
  const there = await to.digest(key);
  if (there === digest) return;
  throw new WhetError('storage.damaged', {
    expected: `SHA-256 ${digest} in the other store`,
    came: `${there} in ${key}`,
  });
}

async function copyPlan(from: ObjectStore, to: ObjectStore, id: string): Promise<void> {
  await createJson(to, `plans/${id}.json`, await requireJson<object>(from, `plans/${id}.json`));
}

function missing({ version }: VersionRecord): never {
  throw new WhetError('ledger.broken', { expected: `an entry that registers version ${version}`, came: 'none' });
}

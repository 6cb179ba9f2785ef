import { WhetError } from '../core/errors.ts';
import type { AliasName, LedgerEntry, VersionRecord } from '../core/ledger.ts';
import type { Authorship, DigestedEntry } from '../core/ledgerRules.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { appendAfter, contended, digestedLedger, maxAttempts, readLedger } from './ledger.ts';

/** A version before it has its number. */
export type NewVersion = Omit<VersionRecord, 'version'>;

/** `version`, and the ledger's entry; null where the digest was registered before and nothing was written. */
export interface Registration {
  readonly version: number;
  readonly entry: LedgerEntry | null;
}

/** All versions of a pipeline, oldest first. */
export async function listVersions(store: ObjectStore, pipeline: string): Promise<VersionRecord[]> {
  return versionsIn(await readLedger(store, pipeline));
}

/** A version by its number (`3` or `'3'`) or by an alias such as `champion`. Throws `version.unknown`. */
export async function findVersion(store: ObjectStore, pipeline: string, name: number | string): Promise<VersionRecord> {
  return versionOf(pipeline, name, await readLedger(store, pipeline));
}

/** As `findVersion`, in a ledger that was read. */
export function versionOf(pipeline: string, name: number | string, ledger: readonly LedgerEntry[]): VersionRecord {
  const versions = versionsIn(ledger);
  const number = isAlias(name) ? ledger.at(-1)?.aliases[name] : Number(name);
  const found = versions.find((record) => record.version === number);
  if (found !== undefined) return found;
  throw unknownVersion(pipeline, name, versions);
}

/**
 * Registers a package as the next version, counted from 1, as the challenger. A digest that is there already gives its
 * number and writes nothing, so that a retried activity registers once.
 */
export async function registerVersion(
  store: ObjectStore,
  pipeline: string,
  version: NewVersion,
  authorship: Authorship,
): Promise<Registration> {
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const ledger = await digestedLedger(store, pipeline);
    const registration = await registerAfter(store, pipeline, ledger, version, authorship);
    if (registration !== undefined) return registration;
  }
  throw contended(pipeline);
}

async function registerAfter(
  store: ObjectStore,
  pipeline: string,
  ledger: readonly DigestedEntry[],
  version: NewVersion,
  authorship: Authorship,
): Promise<Registration | undefined> {
  const versions = versionsIn(ledger.map((held) => held.entry));
  const there = versions.find((record) => record.digest === version.digest);
  if (there !== undefined) return { version: there.version, entry: null };
  const record: VersionRecord = { ...version, version: versions.length + 1 };
  const entry = await appendAfter(store, pipeline, ledger.at(-1), { kind: 'registered', record }, authorship);
  return entry && { version: record.version, entry };
}

function versionsIn(ledger: readonly LedgerEntry[]): VersionRecord[] {
  return ledger.flatMap(({ event }) => (event.kind === 'registered' ? [event.record] : []));
}

const aliasNames: readonly string[] = ['champion', 'challenger', 'reference', 'decoy'] satisfies AliasName[];

function isAlias(name: number | string): name is AliasName {
  return typeof name === 'string' && aliasNames.includes(name);
}

function unknownVersion(pipeline: string, name: number | string, versions: readonly VersionRecord[]): WhetError {
  const known = versions.map((record) => record.version).join(', ');
  return new WhetError('version.unknown', {
    expected: `a version of '${pipeline}': ${known === '' ? 'it has none yet' : known}, or an alias that is set`,
    came: `'${name}'`,
  });
}

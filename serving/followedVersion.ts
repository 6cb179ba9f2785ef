import type { AliasName } from '../core/ledger.ts';
import type { RoutedVersion } from '../core/routing.ts';
import { aliasesOf } from '../registry/ledger.ts';
import { findVersion } from '../registry/versions.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { parseRouting } from './parseRouting.ts';

/** An alias, or a version's number. */
export type FollowedName = AliasName | number;

/** What a name means, now and later. */
export interface FollowedVersion {
  /** Whether the name may come to mean another version. */
  readonly moves: boolean;
  /** The version that it means now; undefined where an alias points at none. Throws `version.unknown`. */
  read(): Promise<RoutedVersion | undefined>;
}

/** The champion is whom the routing names, as it is for serving processes; other aliases are the ledger's. */
export function followedVersion(store: ObjectStore, pipeline: string, name: FollowedName): FollowedVersion {
  if (name === 'champion') return { moves: true, read: championReader(store, pipeline) };
  if (typeof name === 'number') return { moves: false, read: () => registered(store, pipeline, name) };
  return { moves: true, read: aliasReader(store, pipeline, name) };
}

function championReader(store: ObjectStore, pipeline: string): FollowedVersion['read'] {
  let [etag, champion]: [string | undefined, RoutedVersion | null] = [undefined, null];
  return async () => {
    const stored = await store.read(`serving/${pipeline}/routing.json`);
    if (stored !== undefined && stored.etag !== etag) {
      champion = parseRouting(pipeline, stored.bytes).champion;
      etag = stored.etag;
    }
    return champion ?? undefined;
  };
}

/** The whole ledger is read where the alias points at another number alone. */
function aliasReader(store: ObjectStore, pipeline: string, alias: AliasName): FollowedVersion['read'] {
  let found: RoutedVersion | undefined;
  return async () => {
    const number = (await aliasesOf(store, pipeline))[alias];
    if (number === undefined) return undefined;
    if (number !== found?.version) found = await registered(store, pipeline, number);
    return found;
  };
}

async function registered(store: ObjectStore, pipeline: string, version: number): Promise<RoutedVersion> {
  const record = await findVersion(store, pipeline, version);
  return { version: record.version, package: record.package, digest: record.digest };
}

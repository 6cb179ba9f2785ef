import { setTimeout as pause } from 'node:timers/promises';
import type { LedgerEntry } from '../core/ledger.ts';
import type { RoutedVersion, Routing, Traffic, TrafficVariant } from '../core/routing.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { openHint, sealedJson } from '../storage/sealedJson.ts';
import { headOf } from './ledger.ts';
import { findVersion } from './versions.ts';

/** Time between two tries of a swap that another writer won. */
const againMs = 50;

/** Changes `serving/<pipeline>/routing.json`: one document, swapped whole; whoever comes second reads again. */
export async function changeRouting(
  store: ObjectStore,
  pipeline: string,
  change: (routing: Routing) => Routing,
): Promise<void> {
  const key = `serving/${pipeline}/routing.json`;
  for (;;) {
    const held = await store.read(key);
    // A copy that is damaged is as good as lost: the ledger gives it again.
    const before = (held && openHint<Routing>(key, held.bytes)) ?? unrouted(pipeline);
    const after = change(before);
    if (after === before || (await store.swap(key, sealedJson(after), held?.etag ?? null)) !== undefined) return;
    await pause(againMs);
  }
}

/** Lets the routing follow an entry of the ledger, unless it follows a later one already. */
export async function followLedger(store: ObjectStore, pipeline: string, entry: LedgerEntry): Promise<void> {
  const { version, epoch } = entry.routing;
  if (version === null) return;
  const champion = await routedVersion(store, pipeline, version);
  const traffic = entry.routing.traffic && (await routedTraffic(store, pipeline, entry.routing.traffic));
  const follows = (routing: Routing): Routing => {
    const shared = traffic === undefined ? {} : { traffic };
    if (routing.epoch < epoch) return { pipeline, ledger: entry.n, epoch, champion, prepare: null, ...shared };
    const isIdle = routing.prepare !== null && routing.prepare.version === routing.champion?.version;
    return isIdle ? { ...routing, prepare: null } : routing;
  };
  await changeRouting(store, pipeline, follows);
}

/** Brings a routing that is lost or behind to where the ledger is: it is a copy, the ledger is the truth. */
export async function rollRoutingForward(store: ObjectStore, pipeline: string): Promise<void> {
  const head = await headOf(store, pipeline);
  if (head !== undefined) await followLedger(store, pipeline, head);
}

/** A version as serving processes load it. */
export async function routedVersion(store: ObjectStore, pipeline: string, version: number): Promise<RoutedVersion> {
  const record = await findVersion(store, pipeline, version);
  return { version, package: record.package, digest: record.digest };
}

async function routedTraffic(store: ObjectStore, pipeline: string, traffic: Traffic<number>): Promise<Traffic> {
  const routed = async ([name, variant]: readonly [string, TrafficVariant<number>]) =>
    [name, { ...variant, version: await routedVersion(store, pipeline, variant.version) }] as const;
  const variants = await Promise.all(Object.entries(traffic.variants).map(routed));
  return { ...traffic, variants: Object.fromEntries(variants) };
}

function unrouted(pipeline: string): Routing {
  return { pipeline, ledger: 0, epoch: 0, champion: null, prepare: null };
}

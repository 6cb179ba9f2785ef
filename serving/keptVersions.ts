import type { ModelPackage } from '../core/modelPackage.ts';
import type { RoutedVersion, Routing } from '../core/routing.ts';
import type { ObjectStore, StoredObject } from '../storage/objectStore.ts';
import { objectKey, readHint } from '../storage/objects.ts';
import { openHint, sealedJson } from '../storage/sealedJson.ts';
import { parseRouting } from './parseRouting.ts';

/**
 * What serving processes keep on their own machine, to start with where the store does not answer: the last routing of
 * each pipeline that one of them followed, and the packages that it names. Laid out as the store is.
 */
export interface KeptVersions {
  /** The store, but for packages and plans, which never change: they are kept as they are read, and read from there. */
  readonly store: ObjectStore;
  /** Which have a routing here. */
  pipelines(): Promise<string[]>;
  /** The last one kept; undefined where there is none that is sound. */
  routing(pipeline: string): Promise<Routing | undefined>;
  /** Keeps a routing that is followed, unless a later one is here, and lets go of packages that none names any more. */
  keep(routing: Routing): Promise<void>;
}

export interface KeptOptions {
  readonly store: ObjectStore;
  /** On this machine; serving processes share it. */
  readonly folder: ObjectStore;
  /** Milliseconds UTC. */
  readonly clock: () => number;
  /** Hears, once, that the folder cannot be written. */
  readonly report: (line: string) => void;
}

export function keptVersions({ store, folder, clock, report }: KeptOptions): KeptVersions {
  let told = false;
  const failed = (error: unknown): void => {
    if (!told) report(`What is served cannot be kept on this machine. ${String(error)}`);
    told = true;
  };
  const routing = (pipeline: string): Promise<Routing | undefined> => soundRouting(folder, pipeline).catch(nothing);
  const pipelines = async (): Promise<string[]> => {
    const keys = await folder.list('serving/').catch(() => []);
    return keys.flatMap((key) => /^serving\/([^/]+)\/routing\.json$/.exec(key)?.[1] ?? []);
  };
  const letGo = async (): Promise<void> => {
    const routings = await Promise.all((await pipelines()).map(routing));
    const needed = new Set((await Promise.all(routings.map((each) => keysOf(folder, each)))).flat());
    await dropUnneeded(folder, needed, clock() - youngMs);
  };
  return {
    store: {
      ...store,
      read: (key) => (neverChanges.test(key) ? keptRead(store, folder, key, failed) : store.read(key)),
      file: (key) => (neverChanges.test(key) ? keptFile(store, folder, key, failed) : store.file(key)),
    },
    pipelines,
    routing,
    async keep(next) {
      try {
        if (((await routing(next.pipeline))?.epoch ?? -1) > next.epoch) return;
        await folder.put(routingKey(next.pipeline), sealedJson(next));
        await letGo();
      } catch (error) {
        failed(error);
      }
    },
  };
}

const neverChanges = /^(?:objects|plans)\//;

function routingKey(pipeline: string): string {
  return `serving/${pipeline}/routing.json`;
}

async function soundRouting(folder: ObjectStore, pipeline: string): Promise<Routing | undefined> {
  const held = await folder.read(routingKey(pipeline));
  return held && parseRouting(pipeline, held.bytes);
}

async function keptRead(
  store: ObjectStore,
  folder: ObjectStore,
  key: string,
  failed: (error: unknown) => void,
): Promise<StoredObject | undefined> {
  // A copy that is damaged is as good as lost.
  const kept = await folder.read(key).catch(nothing);
  if (kept !== undefined && isSound(key, kept)) return kept;
  const stored = await store.read(key);
  if (stored !== undefined) await folder.put(key, stored.bytes).catch(failed);
  return stored;
}

/** Objects were checked against the digest in their key as they were read. */
function isSound(key: string, { bytes }: StoredObject): boolean {
  return key.startsWith('objects/') || openHint(key, bytes) !== undefined;
}

async function keptFile(
  store: ObjectStore,
  folder: ObjectStore,
  key: string,
  failed: (error: unknown) => void,
): Promise<string> {
  const kept = await folder.file(key).catch(nothing);
  if (kept !== undefined) return kept;
  const path = await store.file(key);
  await folder.remove(key).catch(failed);
  await folder.createFromFile(key, path).catch(failed);
  return path;
}

/** All that the versions of a routing are loaded from. */
async function keysOf(folder: ObjectStore, routing: Routing | undefined): Promise<string[]> {
  const { champion = null, prepare = null, traffic } = routing ?? {};
  const variants = Object.values(traffic?.variants ?? {}).map(({ version }) => version);
  const keys = [champion, prepare, ...variants].map((version) => version && keysOfVersion(folder, version));
  return (await Promise.all(keys)).flatMap((each) => each ?? []);
}

async function keysOfVersion(folder: ObjectStore, version: RoutedVersion): Promise<string[]> {
  const keys = [objectKey(version.package), objectKey(version.digest)];
  const model = await readHint<ModelPackage>(folder, objectKey(version.package)).catch(nothing);
  return model === undefined ? keys : [...keys, `plans/${model.plan}.json`];
}

/** Longer than it takes to load a version: what another process has just kept is not named by a routing yet. */
const youngMs = 3_600_000;

async function dropUnneeded(folder: ObjectStore, needed: ReadonlySet<string>, beforeMs: number): Promise<void> {
  const there = [...(await folder.entries('objects/')), ...(await folder.entries('plans/'))];
  const old = there.filter(({ key, modifiedMs }) => !needed.has(key) && modifiedMs < beforeMs);
  await Promise.all(old.map(({ key }) => folder.remove(key)));
}

function nothing(): undefined {
  return undefined;
}

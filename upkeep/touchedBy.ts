import type { LedgerEntry } from '../core/ledger.ts';
import { versionIn } from '../core/ledgerText.ts';
import { concurrently, storeHands } from '../storage/concurrently.ts';
import type { ObjectStore, StoredEntry } from '../storage/objectStore.ts';
import { kindOf } from './storedKind.ts';
import { storeGraph } from './storeGraph.ts';

/** What is made of something that is stored, or speaks of it, by the names that people use. */
export interface Touched {
  /** `<contract>/<hour>`. */
  readonly partitions: readonly string[];
  readonly snapshots: readonly string[];
  readonly runs: readonly string[];
  /** `<pipeline>/<version>`. */
  readonly versions: readonly string[];
}

/** Turns the references of a whole store around: what lies above a key. `broken` is not read. */
export async function touchedBy(
  store: ObjectStore,
  entries: readonly StoredEntry[],
  broken: readonly string[],
): Promise<(key: string) => Touched> {
  const unreadable = new Set(broken);
  // What is lost is known by those that name it.
  const lost = broken.map((key) => ({ key, bytes: 0, modifiedMs: 0 }));
  const graph = storeGraph(store, [...lost, ...entries]);
  const above = new Map<string, Set<string>>();
  const names = new Map<string, string>();
  await concurrently(graph.entries.keys(), storeHands, async (key) => {
    if (unreadable.has(key) || passedOver.has(kindOf(key))) return;
    const { follow, hold, mention } = await graph.referencesOf(key);
    const name = await nameOf(key, () => graph.documentOf(key));
    if (name !== undefined) names.set(key, name);
    for (const below of [...follow, ...hold, ...mention].flatMap(graph.keysOf)) {
      const referrers = above.get(below) ?? new Set();
      above.set(below, referrers.add(key));
    }
  });
  return (key) => summary(namesAbove(key, above, names));
}

/** They say where something was last seen, and are made of nothing. */
const passedOver = new Set(['hint', 'lease', 'upkeep', 'copy of the ledger', 'snapshot log']);

/** What people call a key; undefined where they have no name for it. */
async function nameOf(key: string, document: () => Promise<unknown>): Promise<string | undefined> {
  switch (kindOf(key)) {
    case 'partition': {
      if (!key.endsWith('report.json')) return undefined;
      const { contract, partition } = (await document()) as { contract: string; partition: { hour: string } };
      return `partitions ${contract}/${partition.hour}`;
    }
    case 'snapshot':
      return `snapshots ${key.slice('snapshots/'.length, -'.json'.length)}`;
    case 'run':
      return `runs ${key.slice('runs/'.length, -'.json'.length)}`;
    case 'ledger entry': {
      const { event } = (await document()) as LedgerEntry;
      const pipeline = key.split('/')[1] ?? '';
      return `versions ${pipeline}/${versionIn(event) ?? 'of all releases'}`;
    }
    default:
      return undefined;
  }
}

function namesAbove(
  key: string,
  above: ReadonlyMap<string, ReadonlySet<string>>,
  names: ReadonlyMap<string, string>,
): string[] {
  const seen = new Set([key]);
  for (const one of seen) for (const referrer of above.get(one) ?? []) seen.add(referrer);
  return [...seen].flatMap((one) => names.get(one) ?? []);
}

function summary(names: readonly string[]): Touched {
  const of = (kind: string): string[] => {
    const own = names.filter((name) => name.startsWith(`${kind} `)).map((name) => name.slice(kind.length + 1));
    return [...new Set(own)].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  };
  return { partitions: of('partitions'), snapshots: of('snapshots'), runs: of('runs'), versions: of('versions') };
}

import type { ContractPlan } from '../core/contractPlan.ts';
import type { Plan } from '../core/plan.ts';
import type { PartitionVersion, Snapshot, SnapshotManifest } from '../core/snapshot.ts';
import type { Database } from '../datasets/database.ts';
import { partitionVersion } from '../datasets/partitions/partitionKey.ts';
import type { PartitionReport } from '../datasets/partitions/partitionReport.ts';
import { storedContent } from '../datasets/partitions/storedContent.ts';
import { snapshotId } from '../datasets/snapshots/freezeSnapshot.ts';
import { openManifest } from '../datasets/snapshots/snapshotManifest.ts';
import { concurrently } from '../storage/concurrently.ts';
import { digestOfValue } from '../storage/digest.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { objectKey } from '../storage/objects.ts';
import { problemOf } from './problemOf.ts';
import { kindOf } from './storedKind.ts';
import type { StoreGraph } from './storeGraph.ts';

/**
 * Reads the rows of every partition again: their content must have the digest that was noted when they were written, and
 * every snapshot the id that these digests make. What no known contract tells how to read, and what an earlier code
 * version noted in its own way, is passed over. Adds to `found` by key.
 */
export async function checkPartitions(
  ports: { readonly store: ObjectStore; readonly database: Database },
  graph: StoreGraph,
  found: Map<string, string>,
): Promise<void> {
  const keys = [...graph.entries.keys()];
  const contracts = await knownContracts(graph, keys);
  const parts: Part[] = [];
  for (const key of keys) {
    if (kindOf(key) === 'partition' && key.endsWith('report.json')) {
      const { contract, partition, version } = (await graph.documentOf(key)) as PartitionReport;
      const own = version === partitionVersion ? contracts.filter(({ id }) => id === contract) : [];
      parts.push({ part: partition, contracts: own });
    }
    if (kindOf(key) !== 'snapshot') continue;
    const manifest = (await graph.documentOf(key)) as SnapshotManifest | Snapshot;
    const contract = contracts.find((one) => digestOfValue(one) === manifest.contractDigest);
    if (contract === undefined) continue;
    // A list that cannot be read was found by its bytes.
    await problemOf(async () => {
      const { parts } = await openManifest(ports.store, manifest);
      if (key !== `snapshots/${snapshotId(contract, parts)}.json`) found.set(key, 'its parts make another id');
    });
  }
  await concurrently(parts, ports.database.mostBeside, (part) => checkPart(ports, part, found));
}

interface Part {
  readonly part: PartitionVersion;
  /** Those under which it may have been written. */
  readonly contracts: readonly ContractPlan[];
}

async function checkPart(
  ports: { readonly store: ObjectStore; readonly database: Database },
  { part, contracts }: Part,
  found: Map<string, string>,
): Promise<void> {
  const key = part.object === null ? undefined : objectKey(part.object);
  if (key === undefined || contracts.length === 0 || found.has(key)) return;
  const file = await ports.store.file(key);
  const failures: unknown[] = [];
  for (const contract of contracts) {
    const content = await storedContent(ports, contract, file).catch((error: unknown) => failures.push(error));
    if (content === part.content) return;
  }
  const why = failures.length > 0 ? `: ${String(failures[0]).split('\n')[0]}` : '';
  found.set(key, `its rows are not those that partition ${part.hour} was written with${why}`);
}

/** Of plans that are kept, and of the snapshots that keep their own. */
async function knownContracts(graph: StoreGraph, keys: readonly string[]): Promise<ContractPlan[]> {
  const contracts = new Map<string, ContractPlan>();
  for (const key of keys) {
    const kind = kindOf(key);
    if (kind === 'plan') {
      const { contract } = (await graph.documentOf(key)) as Plan;
      contracts.set(digestOfValue(contract), contract);
    }
    if (kind !== 'snapshot') continue;
    const { contractDigest } = (await graph.documentOf(key)) as SnapshotManifest | Snapshot;
    const held = await graph.documentOf(objectKey(contractDigest));
    if (held !== undefined) contracts.set(contractDigest, held as ContractPlan);
  }
  return [...contracts.values()];
}

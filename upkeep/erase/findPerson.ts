import type { ContractPlan } from '../../core/contractPlan.ts';
import type { ErasedRows } from '../../core/erasure.ts';
import type { Snapshot, SnapshotManifest } from '../../core/snapshot.ts';
import { type Database, sqlFile } from '../../datasets/database.ts';
import type { DataPorts } from '../../datasets/dataPorts.ts';
import { openManifest } from '../../datasets/snapshots/snapshotManifest.ts';
import { concurrently, storeHands } from '../../storage/concurrently.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { objectKey, readJson } from '../../storage/objects.ts';
import { neededObjects } from '../neededObjects.ts';
import { kindOf } from '../storedKind.ts';
import type { PersonMatch } from './personMatch.ts';

/** Where a person's rows lie in the store. */
export interface FoundPerson {
  readonly rows: Omit<ErasedRows, 'predicted' | 'labels'>;
  /** What holds them or was made of them, and the documents that are worth nothing without it. */
  readonly keys: readonly string[];
  readonly snapshots: readonly string[];
}

/** Reads every file of rows that a contract's documents name. `done` of `total` files were read. */
export async function findPerson(
  ports: DataPorts,
  contract: ContractPlan,
  match: PersonMatch,
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<FoundPerson> {
  const { store, database } = ports;
  const documents = await documentsOf(store, contract.id);
  const files = [...new Set(documents.flatMap(({ files: held }) => held))];
  const rows = new Map<string, number>();
  let done = 0;
  await concurrently(files, database.mostBeside, async (key) => {
    if (await store.has(key)) rows.set(key, await rowsIn(database, await store.file(key), match));
    done += 1;
    onProgress(done, files.length);
  });
  const affected = documents.filter((document) => document.files.some((key) => (rows.get(key) ?? 0) > 0));
  const keys = affected.flatMap(({ own, files: held, made }) => {
    const hit = held.filter((key) => (rows.get(key) ?? 0) > 0);
    const isCleanHit = hit.some((key) => !own.includes(key));
    return [...own, ...(isCleanHit ? made : []), ...hit];
  });
  const isGone = new Set(keys);
  const sumOf = (kind: FileKind): number => {
    const held = new Set(documents.flatMap((document) => (document.kind === kind ? document.files : [])));
    return [...held].reduce((sum, key) => sum + (rows.get(key) ?? 0), 0);
  };
  const quarantined = files.filter((key) => key.endsWith('quarantine.parquet'));
  const inQuarantine = quarantined.reduce((sum, key) => sum + (rows.get(key) ?? 0), 0);
  return {
    rows: { clean: sumOf('partition') - inQuarantine, quarantined: inQuarantine, staged: sumOf('source index') },
    keys: [...isGone].sort(),
    snapshots: await snapshotsOf(store, contract.id, isGone),
  };
}

type FileKind = 'partition' | 'source index' | 'readmission';

interface RowDocument {
  readonly kind: FileKind;
  /** Its own keys, which go with its rows; none of a record that stays. */
  readonly own: readonly string[];
  /** Files of rows. */
  readonly files: readonly string[];
  /** What was made of the rows and names their values. */
  readonly made: readonly string[];
}

async function documentsOf(store: ObjectStore, contract: string): Promise<RowDocument[]> {
  const keys = await store.list(`datasets/${contract}/`);
  const there = new Set(keys);
  const found = await concurrently(keys, storeHands, async (key): Promise<RowDocument[]> => {
    const kind = kindOf(key);
    const isReport = kind === 'partition' && key.endsWith('report.json');
    if (!isReport && kind !== 'source index' && kind !== 'readmission') return [];
    const value = await readJson<object>(store, key);
    const made = isReport ? sketchesIn(value).map(objectKey) : [];
    const objects = neededObjects(key, value)
      .map(objectKey)
      .filter((object) => !made.includes(object));
    if (kind === 'readmission') return [{ kind, own: [], files: objects, made }];
    if (kind === 'source index') return [{ kind, own: [key], files: objects, made }];
    const quarantine = key.replace(/report\.json$/, 'quarantine.parquet');
    const beside = [quarantine, `${quarantine}.sum.json`].filter((one) => there.has(one));
    return [{ kind: 'partition', own: [key, ...beside], files: [...objects, ...beside.slice(0, 1)], made }];
  });
  return found.flat();
}

/** Sketches hold values as they are. */
function sketchesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, held]) => {
    return name === 'sketches' && typeof held === 'string' ? [held] : sketchesIn(held);
  });
}

async function rowsIn(database: Database, path: string, match: PersonMatch): Promise<number> {
  const from = `read_parquet(${sqlFile(path)}, hive_partitioning = false)`;
  type Described = { column_name: string; column_type: string };
  const described = await database.rowsBeside<Described>(`DESCRIBE SELECT * FROM ${from}`);
  const columns = new Map(described.map((column) => [column.column_name, column.column_type]));
  const counted = `SELECT count(*)::DOUBLE AS rows FROM ${from} WHERE ${match.inColumns(columns)}`;
  const [{ rows = 0 } = {}] = await database.rowsBeside<{ rows: number }>(counted);
  return rows;
}

async function snapshotsOf(store: ObjectStore, contract: string, gone: ReadonlySet<string>): Promise<string[]> {
  const keys = await store.list('snapshots/');
  const held = await concurrently(keys, storeHands, async (key) => {
    const manifest = await readJson<SnapshotManifest | Snapshot>(store, key);
    if (manifest?.contract !== contract) return [];
    const { id, parts } = await openManifest(store, manifest);
    return parts.some(({ object }) => object !== null && gone.has(objectKey(object))) ? [id] : [];
  });
  return held.flat().sort();
}

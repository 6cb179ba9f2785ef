import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { ContractPlan, SourceKind } from '../../core/contractPlan.ts';
import { WhetError } from '../../core/errors.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import type { Hour } from '../../core/time.ts';
import { concurrently } from '../../storage/concurrently.ts';
import { digestOfFile } from '../../storage/digest.ts';
import { objectKey } from '../../storage/objects.ts';
import { sqlFile, sqlText } from '../database.ts';
import type { DataPorts } from '../dataPorts.ts';
import { contractOfSnapshot } from './findSnapshot.ts';

/** What lies beside the files of a checkout, as `manifest.json`. */
export interface Checkout {
  readonly snapshot: Snapshot;
  /** Null where an earlier version of the engine froze it. */
  readonly contract: ContractPlan | null;
  readonly format: SourceKind;
  /** One for each hour with rows, in the order of the hours; paths are as seen from the folder. */
  readonly files: readonly CheckedOutFile[];
}

export interface CheckedOutFile {
  readonly hour: Hour;
  readonly rows: number;
  readonly path: string;
  readonly sha256: string;
}

/**
 * Writes a snapshot's rows as plain files for other tools, `hour=2001-03-15T12/part.parquet` and so on, and
 * `manifest.json`. The folder is there with all of it or not at all. Columns are the contract's and `_row`, the row's
 * place in its hour of the source. Each object is checked against its digest. Throws `input.invalid` for a folder that
 * holds something, `storage.missing`, `storage.damaged`.
 */
export async function checkOutSnapshot(
  ports: Pick<DataPorts, 'store' | 'database'>,
  snapshot: Snapshot,
  folder: string,
  format: SourceKind,
): Promise<Checkout> {
  const target = resolve(folder);
  await requireEmpty(target);
  const temporary = `${target}.${randomUUID()}`;
  await mkdir(temporary, { recursive: true });
  try {
    const contract = (await contractOfSnapshot(ports.store, snapshot)) ?? null;
    const files = await writtenFiles(ports, snapshot, temporary, format);
    const checkout: Checkout = { snapshot, contract, format, files };
    await writeFile(join(temporary, 'manifest.json'), `${JSON.stringify(checkout, null, 2)}\n`);
    await rename(temporary, target);
    return checkout;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function requireEmpty(folder: string): Promise<void> {
  const held = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error.code === 'ENOTDIR' ? occupied(folder, 'a file') : error;
  });
  if (held.length > 0) throw occupied(folder, `a folder with ${held.slice(0, 3).join(', ')} in it`);
}

function occupied(folder: string, came: string): WhetError {
  const expected = `an empty folder, or none yet, at ${folder}`;
  return new WhetError('input.invalid', { expected, came, todo: 'Name another folder, or empty this one.' });
}

async function writtenFiles(
  ports: Pick<DataPorts, 'store' | 'database'>,
  { parts }: Snapshot,
  folder: string,
  format: SourceKind,
): Promise<CheckedOutFile[]> {
  const held = parts.flatMap(({ hour, rows, object }) => (object === null ? [] : [{ hour, rows, object }]));
  return concurrently(held, ports.database.mostBeside, async ({ hour, rows, object }) => {
    const path = join(`hour=${hour}`, `part.${format}`);
    await mkdir(dirname(join(folder, path)));
    const from = await ports.store.file(objectKey(object));
    if (format === 'parquet') await copyFile(from, join(folder, path));
    else await ports.database.runBeside(copying(from, join(folder, path), format));
    return { hour, rows, path, sha256: await digestOfFile(join(folder, path)) };
  });
}

/** Instants with a zone: else another tool may read them as its own local time. */
function copying(from: string, to: string, format: 'csv' | 'ndjson'): string {
  const options = format === 'csv' ? 'FORMAT csv, HEADER' : 'FORMAT json';
  return `COPY (SELECT * FROM read_parquet(${sqlFile(from)})) TO ${sqlText(to)} (${options}, TIMESTAMPFORMAT '%Y-%m-%dT%H:%M:%S.%fZ')`;
}

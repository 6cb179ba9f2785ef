import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Snapshot } from '../../core/snapshot.ts';
import { type Hour, hourMs, hourStart } from '../../core/time.ts';
import { openDatabase, sqlText } from '../../datasets/database.ts';
import type { DataPorts } from '../../datasets/dataPorts.ts';
import { localDisk } from '../../storage/localDisk.ts';
import { putObjectFile } from '../../storage/objects.ts';

export interface TemporaryPorts extends DataPorts {
  remove(): Promise<void>;
}

/** An empty store and a database in a folder of their own. */
export async function temporaryPorts(): Promise<TemporaryPorts> {
  const folder = await mkdtemp(join(tmpdir(), 'whet-models-'));
  const database = await openDatabase({ threads: 1, memoryLimitMb: 512, temporaryFolder: join(folder, 'spill') });
  const remove = async (): Promise<void> => {
    database.close();
    await rm(folder, { recursive: true });
  };
  return { store: localDisk(join(folder, 'store')), database, folder, remove };
}

/** A snapshot of the real flights of these hours, without the contract's checks. */
export async function flightSnapshot(ports: DataPorts, hours: readonly Hour[]): Promise<Snapshot> {
  const installed = createRequire(import.meta.url).resolve('vega-datasets');
  const parquet = join(dirname(installed), '../data/flights-3m.parquet');
  await ports.database.run(
    `CREATE OR REPLACE TABLE fixture AS SELECT * FROM ${sqlText(parquet)}
     WHERE epoch_ms(date) >= ${hourStart(hours[0] ?? '')} AND epoch_ms(date) < ${hourStart(hours.at(-1) ?? '') + hourMs}`,
  );
  const parts = [];
  for (const hour of hours) parts.push(await partOf(ports, hour));
  return { format: 1, id: `sn1-${hours[0]}`, contract: 'flights', contractDigest: 'fixture', parts };
}

async function partOf(ports: DataPorts, hour: Hour): Promise<Snapshot['parts'][number]> {
  const within = `FROM fixture WHERE epoch_ms(date) >= ${hourStart(hour)} AND epoch_ms(date) < ${hourStart(hour) + hourMs}`;
  const counted = await ports.database.rows<{ rows: number }>(`SELECT CAST(count(*) AS INT) AS rows ${within}`);
  const rows = counted[0]?.rows ?? 0;
  const path = join(ports.folder, `${hour}.parquet`);
  await ports.database.run(`COPY (SELECT * ${within} ORDER BY ALL) TO ${sqlText(path)} (FORMAT parquet)`);
  const object = rows === 0 ? null : await putObjectFile(ports.store, path);
  return { hour, key: `fixture-${hour}`, read: rows, quarantined: 0, rows, object, content: `${hour}`, reasons: {} };
}

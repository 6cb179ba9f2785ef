import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ColumnPlan, ContractPlan, SourceKind } from '../../core/contractPlan.ts';
import { openDatabase } from '../../datasets/database.ts';
import type { DataPorts } from '../../datasets/dataPorts.ts';
import { localDisk } from '../../storage/localDisk.ts';

export interface Workbench extends DataPorts {
  /** The same engine's folder and database with an empty store. */
  emptied(): DataPorts;
  close(): Promise<void>;
}

/** Real parts in a folder that `close` removes. */
export async function openWorkbench(): Promise<Workbench> {
  const folder = await mkdtemp(join(tmpdir(), 'whet-test-'));
  const database = await openDatabase({ threads: 2, memoryLimitMb: 512, temporaryFolder: folder });
  let stores = 0;
  const store = () => localDisk(join(folder, `store${stores++}`));
  return {
    folder,
    database,
    store: store(),
    emptied: () => ({ folder, database, store: store() }),
    close: async () => {
      database.close();
      await rm(folder, { recursive: true });
    },
  };
}

const code = { kind: 'pattern', value: '^[A-Z0-9]{3}$' } as const;

/** The flights as the demo's contract has them. */
export function flights(source: ContractPlan['source']['at'], kind: SourceKind = 'parquet'): ContractPlan {
  return {
    id: 'flights',
    version: '1.0.0',
    source: { kind, at: source, partition: 'hour' },
    key: 'row number in source partition',
    columns: [
      column('date', 'date'),
      column('delay', 'int', [
        { kind: 'min', value: -120 },
        { kind: 'max', value: 1500 },
      ]),
      column('distance', 'int', [
        { kind: 'min', value: 1 },
        { kind: 'max', value: 6000 },
      ]),
      column('origin', 'string', [code]),
      column('destination', 'string', [code]),
    ],
    eventTime: 'date',
    rules: [{ kind: 'compare', column: 'origin', is: 'differsFrom', to: { column: 'destination' } }],
    across: [],
    batch: [],
    severity: {},
    quarantine: { atMost: 0.01 },
  };
}

export function column(name: string, type: ColumnPlan['type'], checks: ColumnPlan['checks'] = []): ColumnPlan {
  return { name, type, nullable: false, checks };
}

/** The code of the error that a promise ends with, and its message. */
export async function failure(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'no error',
    (error: Error) => error.message,
  );
}

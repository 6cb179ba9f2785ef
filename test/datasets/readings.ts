import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AcrossRulePlan } from '../../core/acrossRulePlan.ts';
import type { ContractPlan } from '../../core/contractPlan.ts';
import type { DataPorts } from '../../datasets/dataPorts.ts';
import { column } from './workbench.ts';

/** What a device reports: `at` is ISO text, or the minutes after 2001-01-01. */
export interface Reading {
  readonly at: string | number;
  readonly id?: number | null;
  readonly device?: string | null;
  readonly sequence?: number | null;
  readonly value?: number | null;
}

/** Readings of devices, from an NDJSON file or a folder of them. */
export function readings(
  path: string,
  across: readonly AcrossRulePlan[],
  change?: Partial<ContractPlan>,
): ContractPlan {
  const open = [column('id', 'int'), column('device', 'string'), column('sequence', 'int'), column('value', 'number')];
  return {
    id: 'readings',
    version: '1.0.0',
    source: { kind: 'ndjson', at: { path }, partition: 'hour' },
    key: 'row number in source partition',
    columns: [column('at', 'date'), ...open.map((one) => ({ ...one, nullable: true }))],
    eventTime: 'at',
    rules: [],
    across,
    batch: [],
    severity: {},
    quarantine: { atMost: 1 },
    ...change,
  };
}

/** Writes readings, a line each, below the engine's folder. */
export async function writeReadings(
  { folder }: Pick<DataPorts, 'folder'>,
  name: string,
  rows: readonly Reading[],
): Promise<void> {
  const lines = rows.map(({ at, id = null, device = null, sequence = null, value = null }) =>
    JSON.stringify({ at: timeOf(at), id, device, sequence, value }),
  );
  await writeFile(join(folder, name), `${lines.join('\n')}\n`);
}

export function timeOf(at: string | number): string {
  return typeof at === 'string' ? at : new Date(Date.UTC(2001, 0, 1) + at * 60_000).toISOString();
}

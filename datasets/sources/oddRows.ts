import type { ContractPlan } from '../../core/contractPlan.ts';
import { sqlName } from '../database.ts';
import type { DataPorts } from '../dataPorts.ts';
import { jsonLines } from './jsonLines.ts';

/** Values of the odd lines' rows alone, by column (the contract's, then `_malformed` and `_raw`) and in their order. */
export type OddValues = readonly (readonly OddValue[])[];

/** A date is microseconds UTC. */
export type OddValue = bigint | number | string | boolean | null;

/** The rows of lines that are not plain, a text without the last one's end, read by DuckDB. */
export async function oddRows(
  ports: Pick<DataPorts, 'database'>,
  contract: ContractPlan,
  lines: Uint8Array,
): Promise<OddValues> {
  const kinds = [
    ...contract.columns,
    { name: '_malformed', type: 'string' },
    { name: '_raw', type: 'string' },
  ] as const;
  const values = kinds.map(
    ({ name, type }, k) => `${type === 'date' ? `epoch_us(${sqlName(name)})` : sqlName(name)} AS v${k}`,
  );
  const sql = `SELECT ${values.join(', ')} FROM (${jsonLines(contract)}) ORDER BY _line`;
  const rows = lines.length === 0 ? [] : await ports.database.rowsBeside<OddRow>(sql, lines);
  return kinds.map((_, k) => rows.map((row) => row[`v${k}`] ?? null));
}

type OddRow = Readonly<Record<string, OddValue>>;

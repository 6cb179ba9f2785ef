import type { ColumnType, ContractPlan } from '../../core/contractPlan.ts';
import { sqlName } from '../database.ts';
import type { DataPorts } from '../dataPorts.ts';
import { jsonLines } from './jsonLines.ts';
import { PlainColumn } from './plainColumn.ts';
import type { OddLine } from './plainLines.ts';

/** Columns of the odd lines' rows alone, in their order: the contract's, then `_malformed` and `_raw`. */
export type OddColumns = readonly OddColumn[];

export interface OddColumn {
  readonly column: PlainColumn;
  /** By odd line: where its value begins in the column's bytes. */
  readonly starts: readonly number[];
  /** By odd line. */
  readonly isThere: readonly boolean[];
}

/** The rows of lines that are not plain, read by DuckDB. */
export async function oddRows(
  ports: DataPorts,
  contract: ContractPlan,
  lines: readonly OddLine[],
): Promise<OddColumns> {
  const kinds = [
    ...contract.columns,
    { name: '_malformed', type: 'string' },
    { name: '_raw', type: 'string' },
  ] as const;
  const values = kinds.map(
    ({ name, type }, k) => `${type === 'date' ? `epoch_us(${sqlName(name)})` : sqlName(name)} AS v${k}`,
  );
  const sql = `SELECT ${values.join(', ')} FROM (${jsonLines(contract)}) ORDER BY _line`;
  const rows = lines.length === 0 ? [] : await ports.database.rowsBeside<OddRow>(sql, joined(lines));
  return kinds.map(({ type }, k) =>
    columnOf(
      type,
      rows.map((row) => row[`v${k}`] ?? null),
    ),
  );
}

type OddValue = bigint | number | string | boolean | null;
type OddRow = Readonly<Record<string, OddValue>>;

function joined(lines: readonly OddLine[]): Uint8Array {
  return Buffer.concat(lines.flatMap(({ text }, k) => (k === 0 ? [text] : [lineEnd, text])));
}

const lineEnd = Buffer.of(0x0a);

function columnOf(type: ColumnType, values: readonly OddValue[]): OddColumn {
  const column = new PlainColumn(type);
  const starts: number[] = [];
  for (const value of values) {
    starts.push(column.length);
    if (typeof value === 'bigint') column.putBigInt(value);
    else if (typeof value === 'number') column.putDouble(value);
    else if (typeof value === 'boolean') column.putBoolean(value);
    else if (value !== null) putString(column, value);
  }
  return { column, starts, isThere: values.map((value) => value !== null) };
}

function putString(column: PlainColumn, value: string): void {
  const bytes = Buffer.from(value);
  column.putText(bytes, 0, bytes.length);
}

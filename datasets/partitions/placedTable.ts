import type { ContractPlan } from '../../core/contractPlan.ts';
import { sqlName, sqlText } from '../database.ts';
import { canonicalOrder, contentLine, contentTexts, type HourRows, hourText } from './judgedTable.ts';
import type { StorableTable } from './storePartitions.ts';

/**
 * The SQL around a table of rows that know their place: `hour` (milliseconds UTC, null where undated), `row`, `clean`,
 * the canonical values of good rows as `v<k>`, and of bad ones the texts `t<k>`, `reasons`, `judged_by`, `malformed`,
 * `file` and `line`.
 */
export function placedTable(contract: ContractPlan, name: string): StorableTable {
  const values = contract.columns.map((column, k) => `v${k} AS ${sqlName(column.name)}`).join(', ');
  const parquet = '(FORMAT parquet, COMPRESSION zstd)';
  return {
    cleanValues: (k) => `SELECT hour, v${k} AS value FROM ${name} WHERE clean`,
    lines: (starts) => `SELECT *, ${contentLine(contract)} AS line
      FROM (SELECT *, ${contentTexts(contract)} FROM ${name} WHERE clean AND hour IN (${starts.join(', ')}))`,
    lineOrder: canonicalOrder(contract),
    writeClean: ({ start }, path) =>
      `COPY (SELECT ${values}, row AS _row FROM ${name} WHERE clean AND hour = ${start}
        ORDER BY ${canonicalOrder(contract)}, row) TO ${sqlText(path)} ${parquet}`,
    writeQuarantine: (hour, path) =>
      `COPY (${badRows(contract, name, hour)} ORDER BY _hour, _row) TO ${sqlText(path)} ${parquet}`,
    samples: (atMost) =>
      `(${badRows(contract, name, 'all')} QUALIFY row_number() OVER (PARTITION BY _hour ORDER BY _row) <= ${atMost})`,
  };
}

function badRows({ columns }: ContractPlan, name: string, hour: HourRows | 'all'): string {
  const texts = columns.map((column, k) => `t${k} AS ${sqlName(column.name)}`).join(', ');
  const ofHour = hour === 'all' ? '' : ` AND hour IS NOT DISTINCT FROM ${hour.start}`;
  return `SELECT ${texts}, row AS _row, ${hourText} AS _hour, reasons AS _reasons, judged_by AS _contract,
    malformed AS _malformed, file AS _file, line AS _line FROM ${name} WHERE NOT clean${ofHour}`;
}

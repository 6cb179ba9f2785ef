import type { ReferencesPlan } from '../../core/acrossRulePlan.ts';
import type { ColumnType, ContractPlan } from '../../core/contractPlan.ts';
import { WhetError } from '../../core/errors.ts';
import { sqlName, sqlText } from '../database.ts';
import type { DataPorts } from '../dataPorts.ts';
import { ruledColumn } from '../rules/compareRule.ts';
import { readSnapshot } from '../snapshots/freezeSnapshot.ts';
import { canonicalTypes } from '../sources/typedColumn.ts';
import { cleanFiles, parquetFiles } from './comparedTable.ts';

/**
 * Makes a table of the values, each once, of the column that a rule refers to: `value`. Throws `reference.no-snapshot`
 * where the snapshot has no such column, or one of another type.
 */
export async function referredTable(
  ports: DataPorts,
  contract: ContractPlan,
  rule: ReferencesPlan,
  snapshotId: string,
  table: string,
): Promise<void> {
  const { parts } = await readSnapshot(ports.store, snapshotId);
  const files = await cleanFiles(ports, parts);
  const { type } = ruledColumn(contract, rule.column);
  const [first] = files;
  if (first === undefined) {
    await ports.database.run(`CREATE TABLE ${table} (value ${canonicalTypes[type]})`);
    return;
  }
  await requireColumn(ports, rule, type, snapshotId, first);
  const column = sqlName(rule.to.column);
  await ports.database.run(`CREATE TABLE ${table} AS SELECT DISTINCT ${column} AS value FROM ${parquetFiles(files)}`);
}

async function requireColumn(
  { database }: DataPorts,
  { to }: ReferencesPlan,
  type: ColumnType,
  snapshotId: string,
  file: string,
): Promise<void> {
  const sql = `SELECT column_type AS type FROM (DESCRIBE FROM ${parquetFiles([file])}) WHERE column_name = ${sqlText(to.column)}`;
  const [found] = await database.rows<{ type: string }>(sql);
  const isNumber = type === 'int' || type === 'number';
  const fitting = isNumber ? [canonicalTypes.int, canonicalTypes.number] : [canonicalTypes[type]];
  if (found !== undefined && fitting.includes(found.type)) return;
  throw new WhetError('reference.no-snapshot', {
    expected: `a snapshot of contract '${to.contract}' with a column '${to.column}' of type ${type}`,
    came: `${snapshotId}, ${found === undefined ? 'without it' : `where it is ${found.type}`}`,
  });
}

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { ContractPlan } from '../../core/contractPlan.ts';
import { sqlName, sqlText } from '../database.ts';
import type { DataPorts } from '../dataPorts.ts';
import { inTemporaryFolder } from '../inTemporaryFolder.ts';
import { hourText, reasonsOf } from '../partitions/judgedTable.ts';
import { undatedHour } from '../partitions/partitionKey.ts';
import { compileContract } from '../rules/compileContract.ts';
import { canonicalTypes } from '../sources/typedColumn.ts';
import { typedRows } from '../sources/typedRows.ts';

/**
 * Judges rows that are texts by a contract's rules of one row, a number or a date being read as in a CSV file. `rows` is
 * a SELECT of the contract's columns as `t<k>` (see `textColumns`), of the place that they come from as `origin` (an hour)
 * and `row`, and of `record`. Does `work` with a table of them, and drops it: `origin`, `row`, `record`, `hour` of their
 * event time (milliseconds UTC, null where it is none) and its name `moved_to`, `v<k>`, `clean`, `reasons`. A row that had
 * an hour stays in it, else it breaks `<event time>.hour`: rows are counted by their place in an hour. `judgedAt` is what
 * `notInFuture` compares to. Throws `contract.uncompilable`.
 */
export async function judgeMended<T>(
  { database }: Pick<DataPorts, 'database'>,
  contract: ContractPlan,
  rows: string,
  judgedAt: number,
  work: (table: string) => Promise<T>,
): Promise<T> {
  const name = `mended_${randomUUID().replaceAll('-', '')}`;
  const texts = contract.columns.map(({ name: column }, k) => `t${k} AS ${sqlName(column)}`).join(', ');
  return inTemporaryFolder(async (folder) => {
    const staged = join(folder, 'mended.parquet');
    try {
      await database.run(`CREATE TABLE ${name}_texts AS
        SELECT *, row_number() OVER (ORDER BY origin, row) - 1 AS nth FROM (${rows})`);
      await database.run(
        `COPY (SELECT ${texts} FROM ${name}_texts ORDER BY nth) TO ${sqlText(staged)} (FORMAT parquet)`,
      );
      await database.run(`CREATE TABLE ${name} AS ${judgedRows(contract, staged, `${name}_texts`, judgedAt)}`);
      return await work(name);
    } finally {
      await database.run(`DROP TABLE IF EXISTS ${name}_texts`);
      await database.run(`DROP TABLE IF EXISTS ${name}`);
    }
  });
}

/** The contract's columns as texts `t<k>`, null where there is no such column. */
export function textColumns({ columns }: ContractPlan, found: readonly string[]): string {
  return columns
    .map(({ name }, k) => `CAST(${found.includes(name) ? sqlName(name) : 'NULL'} AS VARCHAR) AS t${k}`)
    .join(', ');
}

/** A Parquet file of texts is read as a CSV file is, once it is taken apart. */
function judgedRows(contract: ContractPlan, staged: string, texts: string, judgedAt: number): string {
  const asParquet: ContractPlan = { ...contract, source: { ...contract.source, kind: 'parquet' } };
  const compiled = compileContract(asParquet, judgedAt);
  const part = { file: staged, from: staged, types: contract.columns.map(() => 'VARCHAR') };
  const typed = typedRows(asParquet, { name: 'mended rows', parts: [part] }).map(({ select }) => select);
  const masks = compiled.masks.map((sql, at) => `${sql} AS mask${at}`).join(', ');
  const values = contract.columns.map(({ type }, k) => `CAST(v${k} AS ${canonicalTypes[type]}) AS v${k}`).join(', ');
  const judged = `SELECT *, ${compiled.clean} AS clean FROM (SELECT *, ${masks} FROM (${typed.join(' UNION ALL ')}))`;
  const found = `SELECT record, origin, row, hour, ${hourText} AS moved_to, ${values}, clean, ${reasonsOf(compiled)} AS reasons
    FROM (${judged}) JOIN (SELECT record, origin, row, nth FROM ${texts}) ON place = nth`;
  const left = `(moved_to <> origin AND origin <> ${sqlText(undatedHour)})`;
  const reasons = `CASE WHEN ${left} THEN list_append(reasons, ${sqlText(`${contract.eventTime}.hour`)}) ELSE reasons END`;
  return `SELECT * REPLACE (clean AND NOT ${left} AS clean, ${reasons} AS reasons) FROM (${found}) ORDER BY origin, row`;
}

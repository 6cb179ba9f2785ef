import type { ContractPlan } from '../../core/contractPlan.ts';
import { rowRules } from '../../core/rowRules.ts';
import { sqlName, sqlText } from '../database.ts';
import type { CompiledContract } from '../rules/compileContract.ts';
import type { SourceTable } from '../sources/rawRows.ts';
import { canonicalTypes } from '../sources/typedColumn.ts';
import { suspectRows, type TypedRows, typedRows } from '../sources/typedRows.ts';
import { canonicalOrder, hourText, type Judging, reasonsOf } from './judgedTable.ts';

export type FileTable = ReturnType<typeof fileTable>;

/**
 * The SQL around a table of those rows of a whole source that break a rule (and of a few that do not), in the order of
 * the source: `hour`, `part`, `place`, `malformed`, a mask per 62 rules, `clean`, and the source's texts. Where there are
 * rules across rows it holds all rows, with their canonical values.
 */
export function fileTable(judging: Judging, name: string) {
  const { contract, compiled, source } = judging;
  const bad = badRows(contract, compiled, source, name);
  return {
    create: `CREATE TABLE ${name} AS ${judgedRows(judging)}`,
    /** In which rules across rows compare them. */
    order: `${canonicalOrder(contract)}, row`,
    /** Of the rows that break the same rules (`mask<n>`, bigint) how many there are, and the id of the first. */
    tally: `SELECT ${[...compiled.masks.map((_, k) => `mask${k}`), 'clean', 'hour IS NULL AS undated'].join(', ')},
      ${double('count(*)')} AS rows, ${double('min(rowid)')} AS first FROM ${name} GROUP BY ALL`,
    firstBad: (atMost: number) => `SELECT ${double('rowid')} AS id FROM ${name} WHERE NOT clean LIMIT ${atMost}`,
    /** Bad rows by their ids, as a quarantine file has them. */
    chosen: (ids: readonly number[]) => `(${bad} AND rowid IN (${ids.join(', ')}))`,
    writeQuarantine: (path: string) =>
      `COPY (${bad} ORDER BY rowid) TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd)`,
    drop: `DROP TABLE IF EXISTS ${name}`,
  };
}

function judgedRows({ contract, compiled, source, across = [] }: Judging): string {
  const masks = compiled.masks.map((sql, k) => `${sql} AS mask${k}`).join(', ');
  const rows = across.length === 0 ? suspects(contract, compiled, source) : typedRows(contract, source);
  const selects = rows.map(({ select, texts }) => {
    const values =
      across.length === 0
        ? []
        : contract.columns.map(({ type }, k) => `CAST(v${k} AS ${canonicalTypes[type]}) AS v${k}`);
    const ofBad = texts.map((text, k) => `CASE WHEN NOT clean THEN ${text} END AS t${k}`);
    const kept = [
      'hour',
      'part',
      'place',
      'malformed',
      ...compiled.masks.map((_, k) => `mask${k}`),
      'clean',
      ...values,
      ...ofBad,
    ];
    return `SELECT ${kept.join(', ')} FROM (SELECT *, ${compiled.clean} AS clean FROM (SELECT *, ${masks} FROM (${select})))`;
  });
  return selects.length === 1 ? selects.join() : `${selects.join(' UNION ALL ')} ORDER BY part, place`;
}

/** Of the few rows that may be bad alone all values are made and all rules told apart. */
function suspects(contract: ContractPlan, { rules }: CompiledContract, source: SourceTable): TypedRows[] {
  const asked = rowRules(contract).flatMap(({ kind }, bit) => (kind === 'fault' ? [] : [rules[bit]?.sql ?? '']));
  return suspectRows(contract, source, asked);
}

function double(sql: string): string {
  return `CAST(${sql} AS DOUBLE)`;
}

/**
 * As a quarantine file has them, but for `_row`, which is the row's number in its file, from 0; null where there are
 * lines instead, and of a malformed line.
 */
function badRows(contract: ContractPlan, compiled: CompiledContract, source: SourceTable, name: string): string {
  const texts = contract.columns.map((column, k) => `t${k} AS ${sqlName(column.name)}`).join(', ');
  const file = `[${source.parts.map((part) => sqlText(part.from)).join(', ')}][part + 1]`;
  const [row, line] = contract.source.kind === 'ndjson' ? ['NULL', 'place'] : ['place', 'NULL'];
  return `SELECT ${texts}, CASE WHEN malformed IS NULL THEN CAST(${row} AS BIGINT) END AS _row, ${hourText} AS _hour,
    ${reasonsOf(compiled)} AS _reasons, ${sqlText(`${contract.id}@${contract.version}`)} AS _contract,
    malformed AS _malformed, ${file} AS _file, CAST(${line} AS BIGINT) AS _line FROM ${name} WHERE NOT clean`;
}

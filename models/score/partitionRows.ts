import type { ColumnPlan } from '../../core/contractPlan.ts';
import type { TensorType } from '../../core/graph.ts';
import type { ScorePartition, Scoring } from '../../core/scoring.ts';
import { sqlName } from '../../datasets/database.ts';
import { fragments, stagedColumn } from '../../datasets/sources/jsonColumn.ts';
import { parquetRows } from '../../datasets/sources/rawRows.ts';
import { faults, typedColumn } from '../../datasets/sources/typedColumn.ts';
import { readingContract } from './readingContract.ts';

/** A partition's rows as SQL, for each of the three who read them; whatever none asks for is not read. */
export interface PartitionRows {
  /**
   * `place` (the row's number in its Parquet file), `number` (its number in the input, or its line's), `malformed` (the text of a
   * line that could not be taken apart), `ok`, and for column k of the model `v<k>`, `f<k>` (one of `faults`) and `t<k>` (its text).
   */
  readonly select: string;
  /** An expression for each column that is kept. */
  readonly kept: readonly string[];
}

export function partitionRows(scoring: Scoring, { input, from, to }: ScorePartition, file: string): PartitionRows {
  const { kind, kept, types } = input;
  const { columns } = readingContract(scoring, kind, kept);
  const typed = columns.map((column, k) =>
    kind === 'ndjson' ? stagedColumn(column, k) : typedColumn(column.type, namesOf(k), types[k] ?? 'VARCHAR'),
  );
  const inner = [
    'file_row_number AS place',
    `${kind === 'ndjson' ? '_line' : 'file_row_number'} AS number`,
    `${kind === 'parquet' ? 'CAST(NULL AS VARCHAR)' : '_malformed'} AS malformed`,
    ...(kind === 'ndjson' ? [`${fragments} AS fragments`] : []),
    ...columns.map(({ name }, k) => `${sqlName(name)} AS r${k}`),
    ...(kind === 'parquet' ? kept.map((name, i) => `${sqlName(name)} AS x${i}`) : []),
  ];
  const raw = `SELECT ${inner.join(', ')} FROM ${parquetRows([file])} WHERE file_row_number >= ${from} AND file_row_number < ${to}`;
  const parsed = `SELECT *, ${typed.map(({ parse }, k) => `${parse} AS p${k}`).join(', ')} FROM (${raw})`;
  const judged = typed.flatMap(({ fault, value, text }, k) => [
    `${fault} AS f${k}`,
    `${value} AS v${k}`,
    `${text} AS t${k}`,
  ]);
  const valued = `SELECT *, ${judged.join(', ')} FROM (${parsed})`;
  const select = `SELECT *, ${okOf(scoring.inputs)} AS ok FROM (${valued})`;
  return { select, kept: kept.map((name, i) => (kind === 'parquet' ? `x${i}` : keptText(columns, scoring, name))) };
}

function namesOf(k: number) {
  return { raw: `r${k}`, parsed: `p${k}` };
}

/** A row is scored if a request with it would be: no value of a wrong type, and none missing that must be there. */
function okOf(inputs: readonly ColumnPlan[]): string {
  const fine = inputs.map(({ nullable }, k) =>
    nullable ? `f${k} IN (${faults.none}, ${faults.required})` : `f${k} = ${faults.none}`,
  );
  return ['malformed IS NULL', ...fine].join(' AND ');
}

/** The model's columns in their own types; of the others of a text the text, which of a field that is none is its JSON. */
function keptText(columns: readonly ColumnPlan[], { inputs }: Scoring, name: string): string {
  const k = columns.findIndex((column) => column.name === name);
  return k < inputs.length ? `v${k}` : `t${k}`;
}

/** A column's value as a scorer takes it in its typed array; of rows that are not scored it may be any. */
export function scorerValue({ type }: ColumnPlan, k: number, tensor: TensorType): string {
  const value = type === 'date' ? `epoch_ms(v${k})` : `v${k}`;
  // As `keySql` reads texts: onnxruntime's tensors end one at the character 0.
  if (tensor === 'string')
    return `CASE WHEN instr(v${k}, chr(0)) > 0 THEN replace(v${k}, chr(0), '') ELSE COALESCE(v${k}, '') END`;
  if (tensor === 'int64') return `COALESCE(${value}, 0)`;
  if (tensor === 'bool') return `COALESCE(CAST(${value} AS UTINYINT), 0)`;
  const number = tensor === 'float' ? 'FLOAT' : 'DOUBLE';
  return `COALESCE(CAST(${value} AS ${number}), CAST('NaN' AS ${number}))`;
}

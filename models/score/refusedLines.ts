import { WhetError } from '../../core/errors.ts';
import type { ScorePartition, Scoring } from '../../core/scoring.ts';
import type { DataPorts } from '../../datasets/dataPorts.ts';
import { faults } from '../../datasets/sources/typedColumn.ts';
import type { PartitionRows } from './partitionRows.ts';

/** A row that was not scored: a line of `_refused/<name>.ndjson`. */
export interface RefusedRow {
  readonly file: string;
  /** Its number in the file, from 0; in NDJSON its line, from 1. */
  readonly row: number;
  readonly reasons: readonly { readonly code: string; readonly said: string }[];
  /** As text: the key's columns, all that are kept where there is none. */
  readonly values: Readonly<Record<string, string | null>>;
}

/** The refused rows of a partition as NDJSON, in their order. `withoutScore` are those that fit and got no score. */
export async function refusedLines(
  { database }: DataPorts,
  scoring: Scoring,
  { input }: ScorePartition,
  { select, kept }: PartitionRows,
  withoutScore: readonly bigint[],
): Promise<Uint8Array> {
  const quoted = scoring.key.length === 0 ? input.kept : scoring.key;
  const values = quoted.map((name, i) => `CAST(${kept[input.kept.indexOf(name)]} AS VARCHAR) AS q${i}`);
  const judged = scoring.inputs.flatMap((_, k) => [`f${k}`, `CAST(t${k} AS VARCHAR) AS t${k}`]);
  const where = `NOT ok OR place IN (SELECT unnest(CAST([${withoutScore.join(', ')}] AS BIGINT[])))`;
  const columns = ['CAST(number AS DOUBLE) AS number', 'ok', 'malformed', ...judged, ...values];
  const sql = `SELECT ${columns.join(', ')} FROM (${select}) WHERE ${where} ORDER BY place`;
  const rows = await database.rowsBeside<JudgedRow>(sql);
  const lines = rows.map((row) => JSON.stringify(refusedRow(scoring, input.path, quoted, row)));
  return Buffer.from(`${lines.join('\n')}\n`);
}

type JudgedRow = Readonly<Record<string, string | number | boolean | null>>;

function refusedRow(scoring: Scoring, file: string, quoted: readonly string[], row: JudgedRow): RefusedRow {
  const values = quoted.map((name, i) => [name, row[`q${i}`] ?? null]);
  return { file, row: Number(row.number), reasons: reasonsOf(scoring, row), values: Object.fromEntries(values) };
}

function reasonsOf({ inputs, version }: Scoring, row: JudgedRow): RefusedRow['reasons'] {
  if (typeof row.malformed === 'string') return [reason(malformed(row.malformed))];
  if (row.ok === true) return [reason(noScore(version))];
  return inputs.flatMap(({ name, type, nullable }, k) => {
    const fault = row[`f${k}`];
    if (fault === faults.none || (nullable && fault === faults.required)) return [];
    const expected = `${wanted[type]}${nullable ? ' or nothing' : ''} in column '${name}'`;
    const came = fault === faults.required ? 'nothing' : `'${cut(String(row[`t${k}`]))}'`;
    return [reason(new WhetError('row.wrong-value', { expected, came }))];
  });
}

const wanted = {
  int: 'a whole number within 64 bits',
  number: 'a finite number',
  string: 'text',
  boolean: 'true or false',
  date: 'a time of the years 1 to 9999',
} as const;

function malformed(line: string): WhetError {
  return new WhetError('row.wrong-value', { expected: 'a line that can be taken apart', came: `'${cut(line)}'` });
}

function noScore(version: number): WhetError {
  return new WhetError('model.no-score', { expected: `a finite score from version ${version}`, came: 'none' });
}

function reason({ code, message }: WhetError): RefusedRow['reasons'][number] {
  return { code, said: message };
}

function cut(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WhetError } from '../../core/errors.ts';
import type { ScoredPartition, ScorePartition, Scoring } from '../../core/scoring.ts';
import { sqlFile, sqlName, sqlText } from '../../datasets/database.ts';
import type { DataPorts } from '../../datasets/dataPorts.ts';
import { inTemporaryFolder } from '../../datasets/inTemporaryFolder.ts';
import { stampOf } from '../../datasets/sources/fileStamp.ts';
import { localSource } from '../../datasets/sources/localSource.ts';
import { plainParquet } from '../../datasets/sources/plainParquet.ts';
import { readingSource } from '../../datasets/sources/readingSource.ts';
import { localPath } from '../../datasets/sources/sharedPath.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { createJson, objectKey, readJson } from '../../storage/objects.ts';
import type { Scorer, ScorerColumns } from '../scorers/scorer.ts';
import { type PartitionRows, partitionRows, scorerValue } from './partitionRows.ts';
import { readNumbers, readTexts } from './readColumns.ts';
import { refusedLines } from './refusedLines.ts';

export interface ScorePorts extends DataPorts {
  readonly scorer: Scorer;
  /** Where the scores go. */
  readonly output: ObjectStore;
}

/** Where an output keeps what became of its partitions; readers of folders pass over such names. */
export const partitionKey = (name: string): string => `_parts/${name}.json`;
export const scoresKey = (name: string): string => `${name}.parquet`;
const refusedKey = (name: string): string => `_refused/${name}.ndjson`;

/**
 * Scores one partition, unless it was done before: reads its rows, scores them in blocks, and writes `<name>.parquet`, its
 * refused rows, and then what became of it, each create-only and the same bytes whoever writes it. Throws
 * `source.changed`, `source.unreadable`.
 */
export async function scorePartition(
  ports: ScorePorts,
  scoring: Scoring,
  partition: ScorePartition,
): Promise<ScoredPartition> {
  const { output } = ports;
  const { name, input } = partition;
  const there = await readJson<ScoredPartition>(output, partitionKey(name));
  if (there !== undefined && (there.rows === 0 || (await output.has(scoresKey(name))))) return there;
  const file = await unchangedFile(ports, partition);
  const rows = partitionRows(scoring, partition, file);
  const scored = await readingSource(input.path, () => scoredRows(ports, scoring, partition, rows));
  if (scored.at.length > 0) await writeScores(ports, scoring, partition, rows, scored);
  if (scored.refused > 0)
    await output.create(refusedKey(name), await refusedLines(ports, scoring, partition, rows, scored.withoutScore));
  await unchangedFile(ports, partition);
  const { digest, path } = input;
  const done: ScoredPartition = { name, digest, file: path, rows: scored.at.length, refused: scored.refused };
  await createJson(output, partitionKey(name), done);
  return done;
}

async function unchangedFile(ports: DataPorts, { input, part }: ScorePartition): Promise<string> {
  const staged = input.staged?.[part];
  if (staged !== undefined) return ports.store.file(objectKey(staged));
  const { file } = await localSource(ports, localPath(ports, input.path), { digest: input.digest });
  const came = input.stamp === undefined ? undefined : (await stampOf(file)).text;
  if (came === input.stamp) return file;
  throw new WhetError('source.changed', {
    expected: `${input.path} to stay as it was: ${input.stamp}`,
    came: `${came}`,
  });
}

/** Rows with a score, by their number in the Parquet file. */
interface ScoredRows {
  readonly at: BigInt64Array;
  readonly scores: Float64Array;
  readonly refused: number;
  /** Rows that fit, but got no finite score. */
  readonly withoutScore: readonly bigint[];
}

/** onnxruntime scores three million rows a second from a thousand at once on; each block lets others have their turn. */
const blockRows = 8_192;

async function scoredRows(
  ports: ScorePorts,
  scoring: Scoring,
  { from, to }: ScorePartition,
  { select }: PartitionRows,
): Promise<ScoredRows> {
  const { connection } = ports.database;
  const taken = takenColumns(ports.scorer, scoring);
  const texts = taken.filter((column) => column.type === 'string');
  const numbers = taken.flatMap(({ type, ...column }) => (type === 'string' ? [] : [{ ...column, type }]));
  const named = ['place', 'CAST(ok AS UTINYINT)', ...numbers.map(({ sql }) => sql)].map((sql, i) => `${sql} AS c${i}`);
  const sql = `SELECT ${named.join(', ')} FROM (${select}) ORDER BY place`;
  const types = ['int64', 'bool', ...numbers.map(({ type }) => type)] as const;
  const [place, ok, ...read] = await readNumbers(connection, sql, types, to - from);
  const textSql = texts.map((column) => column.sql);
  const blocks = await readTexts(connection, select, textSql, { from, rows: blockRows });
  const scores = await scoresOf(ports.scorer, to - from, (first, last) => ({
    ...Object.fromEntries(numbers.map(({ name }, k) => [name, read[k]?.subarray(first, last) ?? []])),
    ...Object.fromEntries(texts.map(({ name }, k) => [name, blocks[first / blockRows]?.[k] ?? []])),
  }));
  return divided(place as BigInt64Array, ok as Uint8Array, scores);
}

/** What the scorer takes, each with the SQL of its values. */
function takenColumns({ inputs: taken }: Scorer, { inputs }: Scoring) {
  return taken.map(({ name, type }) => {
    const k = inputs.findIndex((column) => column.name === name);
    const column = inputs[k];
    if (column === undefined) throw new Error(`the model takes '${name}', which its package does not name`);
    return { name, type, sql: scorerValue(column, k, type) };
  });
}

async function scoresOf(
  scorer: Scorer,
  rows: number,
  block: (from: number, to: number) => ScorerColumns['columns'],
): Promise<Float32Array> {
  const scores = new Float32Array(rows);
  for (let from = 0; from < rows; from += blockRows) {
    const to = Math.min(rows, from + blockRows);
    scores.set(await scorer.score({ rows: to - from, columns: block(from, to) }), from);
  }
  return scores;
}

function divided(at: BigInt64Array, ok: Uint8Array, scores: Float32Array): ScoredRows {
  const withoutScore: bigint[] = [];
  const kept = { at: new BigInt64Array(at.length), scores: new Float64Array(at.length) };
  let count = 0;
  for (let row = 0; row < at.length; row += 1) {
    const [number, score] = [at[row] ?? 0n, scores[row] ?? Number.NaN];
    if (ok[row] === 0) continue;
    if (!Number.isFinite(score)) withoutScore.push(number);
    else {
      kept.at[count] = number;
      kept.scores[count] = score;
      count += 1;
    }
  }
  const refused = at.length - count;
  return { at: kept.at.subarray(0, count), scores: kept.scores.subarray(0, count), refused, withoutScore };
}

/**
 * The bytes follow from the rows alone: their order is total, and they are one row group, which no number of threads
 * divides otherwise.
 */
async function writeScores(
  { database, output }: ScorePorts,
  scoring: Scoring,
  { name, input }: ScorePartition,
  { select, kept }: PartitionRows,
  scored: ScoredRows,
): Promise<void> {
  await inTemporaryFolder(async (folder) => {
    const [scores, path] = [join(folder, 'scores'), join(folder, 'partition')];
    await writeFile(scores, scoresFile(scored));
    const { answer, threshold, version } = scoring;
    const columns = [
      ...kept.map((sql, i) => `${sql} AS ${sqlName(input.kept[i] ?? '')}`),
      'CAST(scored.score AS FLOAT) AS score',
      `CASE WHEN scored.score >= CAST(${threshold} AS DOUBLE) THEN ${sqlText(answer.positive)} ELSE ${sqlText(answer.negative)} END AS answer`,
      `CAST(${version} AS INTEGER) AS version`,
      'taken.number AS "row"',
    ];
    const joined = `(${select}) AS taken JOIN read_parquet(${sqlFile(scores)}) AS scored ON scored.place = taken.place`;
    const group = Math.max(2_048, scored.at.length);
    await database.runBeside(
      `COPY (SELECT ${columns.join(', ')} FROM ${joined} ORDER BY taken.place) TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${group})`,
    );
    await output.createFromFile(scoresKey(name), path);
  });
}

/** The way of columns from this process into DuckDB. */
function scoresFile({ at, scores }: ScoredRows): Uint8Array {
  const schema = [
    { name: 'place', type: 'int' },
    { name: 'score', type: 'number' },
  ] as const;
  const present = new Uint8Array(at.length).fill(1);
  const columns = [at, scores].map((values) => ({ values: bytesOf(values), present }));
  return plainParquet(schema, [{ columns, rows: at.length }]);
}

function bytesOf({ buffer, byteOffset, byteLength }: BigInt64Array | Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

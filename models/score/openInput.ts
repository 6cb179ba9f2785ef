import type { SourceKind } from '../../core/contractPlan.ts';
import { WhetError } from '../../core/errors.ts';
import type { OpenedInput, Scoring } from '../../core/scoring.ts';
import { sqlFile } from '../../datasets/database.ts';
import type { DataPorts } from '../../datasets/dataPorts.ts';
import { csvHeader } from '../../datasets/sources/csvHeader.ts';
import { requireUnchanged, stampOf } from '../../datasets/sources/fileStamp.ts';
import { stagedFile } from '../../datasets/sources/indexFile.ts';
import { localSource } from '../../datasets/sources/localSource.ts';
import { readingSource } from '../../datasets/sources/readingSource.ts';
import { fieldsOf } from '../../datasets/sources/requireFields.ts';
import { localPath } from '../../datasets/sources/sharedPath.ts';
import { requireColumns, sourceColumns } from '../../datasets/sources/sourceColumns.ts';
import { digestOfFile } from '../../storage/digest.ts';
import { objectKey } from '../../storage/objects.ts';
import type { InputFile } from './inputFiles.ts';
import { readingContract } from './readingContract.ts';

/** An input's file with its place among all of them; the path is as seen from the engine's folder. */
export interface PlacedInput extends InputFile {
  readonly place: number;
}

/**
 * Opens a file to be scored: its digest, its columns against those that the model takes, and where its rows lie. A text
 * is turned into Parquet objects by it, once for its bytes. Throws `schema.missing-column`, `schema.wrong-type`,
 * `score.column-taken`, `source.unreadable`, `source.changed`.
 */
export async function openInput(ports: DataPorts, scoring: Scoring, input: PlacedInput): Promise<OpenedInput> {
  const { place, kind } = input;
  const path = localPath(ports, input.path);
  const { file, digest } = await localSource(ports, path, input.stamp);
  const opening = { ports, scoring, path, file, digest };
  const opened =
    kind === 'parquet' ? await openParquet(opening, input.stamp === undefined) : await openText(opening, kind);
  return { place, path: input.path, kind, ...opened };
}

interface Opening {
  readonly ports: DataPorts;
  readonly scoring: Scoring;
  /** For people. */
  readonly path: string;
  readonly file: string;
  readonly digest: string | undefined;
}

type Opened = Omit<OpenedInput, 'place' | 'path' | 'kind'>;

async function openParquet({ ports, scoring, path, file, ...known }: Opening, isOfDisk: boolean): Promise<Opened> {
  const before = await stampOf(file);
  const digest = known.digest ?? (await digestOfFile(file));
  const types = await sourceColumns(ports.database, readingContract(scoring, 'parquet', []), file, path);
  const sql = `DESCRIBE SELECT * FROM read_parquet(${sqlFile(file)}, hive_partitioning = false)`;
  const names = (await ports.database.rowsBeside<{ column_name: string }>(sql)).map((column) => column.column_name);
  const rows = await rowsOf(ports, path, [file]);
  if (!isOfDisk) return { digest, staged: null, kept: keptOf(scoring, names, path), types, rows };
  await requireUnchanged(file, before);
  return { digest, stamp: before.text, staged: null, kept: keptOf(scoring, names, path), types, rows };
}

async function openText({ ports, scoring, path, file }: Opening, kind: SourceKind): Promise<Opened> {
  const names = await readingSource(path, () => (kind === 'csv' ? csvHeader(file) : fieldsOf(ports, file)));
  const isEmpty = names.length === 0;
  const kept = isEmpty ? [] : keptOf(scoring, names, path, kind === 'ndjson');
  const contract = readingContract(scoring, kind, kept);
  const { digest, staged, types } = await stagedFile(ports, contract, { path: file });
  const files = await Promise.all((staged ?? []).map((object) => ports.store.file(objectKey(object))));
  return { digest, staged: staged ?? [], kept, types, rows: await rowsOf(ports, path, files) };
}

async function rowsOf({ database }: DataPorts, path: string, files: readonly string[]): Promise<number[]> {
  const rows: number[] = [];
  for (const file of files) {
    const sql = `SELECT CAST(num_rows AS DOUBLE) AS rows FROM parquet_file_metadata(${sqlFile(file)})`;
    const [found] = await readingSource(path, () => database.rowsBeside<{ rows: number }>(sql));
    rows.push(found?.rows ?? 0);
  }
  return rows;
}

/** The columns to keep; a field of JSON need not be in the first lines. */
function keptOf({ key, columns }: Scoring, names: readonly string[], path: string, mayComeLater = false): string[] {
  const asked = [...new Set([...key, ...(columns ?? names)])];
  if (!mayComeLater) requireColumns({ columns: asked.map((name) => ({ name })) }, names, path);
  const taken = asked.find((name) => ours.has(name.toLowerCase()));
  if (taken === undefined) return asked;
  throw new WhetError('score.column-taken', {
    expected: `columns to keep but ${[...ours].map((name) => `'${name}'`).join(', ')}`,
    came: `'${taken}' in ${path}`,
  });
}

/** What the output has of its own, and what a file of text is staged with. */
const ours: ReadonlySet<string> = new Set(['score', 'answer', 'version', 'row', '_malformed', '_line', '_raw', '_at']);

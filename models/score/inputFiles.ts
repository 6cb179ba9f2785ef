import { resolve, sep } from 'node:path';
import type { SourceKind } from '../../core/contractPlan.ts';
import { WhetError } from '../../core/errors.ts';
import type { DataPorts } from '../../datasets/dataPorts.ts';
import type { FoundFile } from '../../datasets/sources/foundFiles.ts';
import { kindOfFile } from '../../datasets/sources/kindOfFile.ts';
import { sourceFiles } from '../../datasets/sources/sourceFiles.ts';
import { isAddress } from '../../storage/openStore.ts';

export interface InputFile extends FoundFile {
  readonly kind: SourceKind;
}

/**
 * The files to score, in the order of their names: one, all of a folder or a prefix that are Parquet, CSV or NDJSON, or
 * those that a pattern fits. Throws `source.empty`, `source.unreadable`, and `input.invalid` where a file's name does
 * not say what it is or the output would become input.
 */
export async function inputFiles(ports: DataPorts, input: string, output: string): Promise<InputFile[]> {
  requireApart(ports, input, output);
  const path = isAddress(input) ? input : resolve(ports.folder, input);
  const found = await Promise.all(kinds.map((kind) => filesOf(ports, path, kind)));
  const byPath = new Map(found.flat().map((file) => [file.path, file]));
  if (byPath.size === 0)
    throw new WhetError('source.empty', { expected: `files of Parquet, CSV or NDJSON at ${input}`, came: 'none' });
  return [...byPath.values()].map(withKind).sort((a, b) => (a.path < b.path ? -1 : 1));
}

const kinds: readonly SourceKind[] = ['parquet', 'csv', 'ndjson'];

async function filesOf(ports: DataPorts, path: string, kind: SourceKind): Promise<readonly FoundFile[]> {
  try {
    return (await sourceFiles(ports, { kind, at: { path }, partition: 'hour' })).files;
  } catch (error) {
    if (error instanceof WhetError && error.code === 'source.empty') return [];
    throw error;
  }
}

function withKind(file: FoundFile): InputFile {
  const kind = kindOfFile(file.path.replace(/\?.*$/, ''));
  if (kind !== undefined) return { ...file, kind };
  const expected = 'files that end in .parquet, .csv, .ndjson or .jsonl, the texts also with .gz or .zst';
  throw new WhetError('input.invalid', { expected, came: file.path });
}

/** Scores in the folder that is scored would be scored the next time. */
function requireApart({ folder }: DataPorts, input: string, output: string): void {
  const [from, to] = [input, output].map((one) => (isAddress(one) ? one.replace(/\?.*$/, '') : resolve(folder, one)));
  const below = isAddress(input) ? '/' : sep;
  if (
    from === undefined ||
    to === undefined ||
    !`${to}${below}`.startsWith(from.endsWith(below) ? from : `${from}${below}`)
  )
    return;
  const expected = `an output that does not lie in the input ${input}`;
  throw new WhetError('input.invalid', { expected, came: output, todo: 'Name another place for the scores.' });
}

import { glob, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import type { SourceKind, SourcePlan } from '../../core/contractPlan.ts';
import { WhetError } from '../../core/errors.ts';
import type { DataPorts } from '../dataPorts.ts';
import { withoutCompression } from './plainBytes.ts';
import { requireBytes } from './sourceColumns.ts';
import { sourceFile } from './sourceFile.ts';

/** The files of a source on this machine. */
export interface FoundFiles {
  /** The source for people: the path or the pattern. */
  readonly name: string;
  /** Whether the source is one file by its name, which then must have rows. */
  readonly single: boolean;
  /** In the order of their names' code points: the order of the source's rows. */
  readonly paths: readonly string[];
}

/**
 * Finds the files of a source: the file itself, all files of its kind in a folder and the folders in it, or those that a
 * pattern fits (`*`, `**`, `?`, `{a,b}`, `[a-z]`). Names that begin with `.` or `_` are left out: writers give them to
 * what is not done yet. Throws `source.unreadable` where there is nothing at all, `source.empty` where there is no file.
 */
export async function sourceFiles(ports: DataPorts, source: SourcePlan): Promise<FoundFiles> {
  const name = await sourceFile(ports, source);
  const found = await stat(name).catch(() => undefined);
  const isPattern = found === undefined && patternCharacters.test(name);
  if (found?.isDirectory() !== true && !isPattern) {
    await requireBytes(name);
    return { name, single: true, paths: [name] };
  }
  const paths = isPattern
    ? await fitting(name)
    : (await fitting(join(literal(name), '**'))).filter(isOfKind(source.kind));
  if (paths.length > 0) return { name, single: false, paths };
  throw new WhetError('source.empty', { expected: `files of ${source.kind} at ${name}`, came: 'none' });
}

const patternCharacters = /[*?[\]{}]/;

async function fitting(pattern: string): Promise<string[]> {
  const parts = pattern.split(sep);
  const fixed = parts.findIndex((part) => patternCharacters.test(part));
  const paths: string[] = [];
  for await (const path of glob(pattern)) {
    const isHidden = path
      .split(sep)
      .slice(fixed)
      .some((part) => /^[._]/.test(part));
    if (!isHidden && (await stat(path).catch(() => undefined))?.isFile()) paths.push(resolve(path));
  }
  return [...new Set(paths)].sort(byCodePoints);
}

/** Unlike a locale's order, the same on every machine. */
function byCodePoints(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** A folder's name is no pattern, whatever characters are in it. */
function literal(folder: string): string {
  return folder.replace(/[*?[\]{}]/g, '[$&]');
}

function isOfKind(kind: SourceKind): (path: string) => boolean {
  return (path) => kindOfFile(path) === kind;
}

/** What a file's name says that it is; undefined where it says nothing. */
export function kindOfFile(path: string): SourceKind | undefined {
  const plain = withoutCompression(path).toLowerCase();
  if (plain.endsWith('.parquet')) return plain.length === path.length ? 'parquet' : undefined;
  if (plain.endsWith('.csv')) return 'csv';
  return plain.endsWith('.ndjson') || plain.endsWith('.jsonl') ? 'ndjson' : undefined;
}

import { glob, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import type { SourceKind, SourcePlan } from '../../core/contractPlan.ts';
import { WhetError } from '../../core/errors.ts';
import { isAddress } from '../../storage/openStore.ts';
import type { DataPorts } from '../dataPorts.ts';
import { bucketSource, isHiddenName } from './bucketSource.ts';
import type { FoundFiles } from './foundFiles.ts';
import { kindOfFile } from './kindOfFile.ts';
import { requireBytes } from './sourceColumns.ts';
import { sourceFile } from './sourceFile.ts';

/**
 * Finds the files of a source: the file itself, all files of its kind in a folder and the folders in it, or those that a
 * pattern fits (`*`, `**`, `?`, `{a,b}`, `[a-z]`); in a bucket likewise, by one listing, but for the `?`. Names that begin with `.` or `_` are left out: writers give them to
 * what is not done yet. Throws `source.unreadable` where there is nothing at all, `source.empty` where there is no file.
 */
export async function sourceFiles(ports: DataPorts, source: SourcePlan): Promise<FoundFiles> {
  if ('path' in source.at && isAddress(source.at.path)) return bucketSource(source.at.path, source.kind);
  const name = await sourceFile(ports, source);
  const found = await stat(name).catch(() => undefined);
  const isPattern = found === undefined && patternCharacters.test(name);
  if (found?.isDirectory() !== true && !isPattern) {
    await requireBytes(name);
    return { name, single: true, files: [{ path: name }] };
  }
  const paths = isPattern
    ? await fitting(name)
    : (await fitting(join(literal(name), '**'))).filter(isOfKind(source.kind));
  if (paths.length > 0) return { name, single: false, files: paths.map((path) => ({ path })) };
  throw new WhetError('source.empty', { expected: `files of ${source.kind} at ${name}`, came: 'none' });
}

const patternCharacters = /[*?[\]{}]/;

async function fitting(pattern: string): Promise<string[]> {
  const parts = pattern.split(sep);
  const fixed = parts.findIndex((part) => patternCharacters.test(part));
  const paths: string[] = [];
  for await (const path of glob(pattern)) {
    const isHidden = path.split(sep).slice(fixed).some(isHiddenName);
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

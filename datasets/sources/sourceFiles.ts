import type { Dirent } from 'node:fs';
import { glob, readdir, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
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
  const paths = isPattern ? await fitting(name) : await below(name, source.kind);
  if (paths.length > 0) return { name, single: false, files: paths.map((path) => ({ path })) };
  throw new WhetError('source.empty', { expected: `files of ${source.kind} at ${name}`, came: 'none' });
}

const patternCharacters = /[*?[\]{}]/;

async function fitting(pattern: string): Promise<string[]> {
  const parts = pattern.split(sep);
  const fixed = parts.findIndex((part) => patternCharacters.test(part));
  const paths: string[] = [];
  for await (const entry of glob(pattern, { withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const isHidden = path.split(sep).slice(fixed).some(isHiddenName);
    if (!isHidden && (await isFile(entry, path))) paths.push(resolve(path));
  }
  return inOrder(new Set(paths));
}

async function below(folder: string, kind: SourceKind): Promise<string[]> {
  const paths: string[] = [];
  // The entries of a folder mostly follow each other.
  let parent = { path: '', isShown: false };
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const { parentPath, name } = entry;
    if (isHiddenName(name) || kindOfFile(name) !== kind) continue;
    if (parentPath !== parent.path) {
      parent = { path: parentPath, isShown: !relative(folder, parentPath).split(sep).some(isHiddenName) };
    }
    const path = `${parentPath}${sep}${name}`;
    if (parent.isShown && (entry.isFile() || (await isFile(entry, path)))) paths.push(path);
  }
  return inOrder(paths);
}

/** What a folder says of its entries is believed, as asking for each of thousands takes long; a link is followed. */
async function isFile(entry: Dirent, path: string): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isFile();
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}

/** By code points: unlike a locale's order, the same on every machine. */
function inOrder(paths: Iterable<string>): string[] {
  const all = [...paths];
  // Strings compare by units of 16 bits. Where no character takes two of them, that is by code points, and ten times as fast.
  if (!all.some((path) => surrogate.test(path))) return all.sort();
  const inBytes = all.map((path) => ({ path, bytes: Buffer.from(path) }));
  return inBytes.sort((a, b) => Buffer.compare(a.bytes, b.bytes)).map(({ path }) => path);
}

const surrogate = /[\ud800-\udfff]/;

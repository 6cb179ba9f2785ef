import type { Dirent } from 'node:fs';
import { copyFile, link, mkdir, open, readdir, readFile, rename, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { WhetError } from '../core/errors.ts';
import { checkKey, checkPrefix } from './checkKey.ts';
import { concurrently, storeHands } from './concurrently.ts';
import { digestOf, digestOfFile } from './digest.ts';
import type { ObjectStore, StoredEntry } from './objectStore.ts';
import { digestInKey, requireBytes } from './objects.ts';
import { temporaryPath } from './temporaryPath.ts';

/**
 * An object store in a folder of this machine. Bytes are written to a temporary name and flushed, then linked
 * (create-only) or renamed (replace) to their key, so that a crash leaves the old state or the new one.
 */
export function localDisk(folder: string): ObjectStore {
  const pathOf = (key: string): string => join(folder, checkKey(key));
  const temporary = (): Promise<string> => temporaryPath(join(folder, 'tmp'));
  const written = async (bytes: Uint8Array): Promise<string> => {
    const path = await temporary();
    const handle = await open(path, 'wx');
    try {
      await handle.writeFile(bytes);
      await handle.datasync();
      await handle.close();
    } catch (error) {
      await handle.close();
      // On a full disk what was half written would keep its place.
      await rm(path, { force: true });
      throw error;
    }
    return path;
  };
  /** The folder is mostly there, and is made where it is not: asking first costs as much as the link. */
  const inFolder = async (key: string, place: (path: string) => Promise<void>): Promise<void> => {
    try {
      await place(pathOf(key));
    } catch (error) {
      if (!isCode(error, 'ENOENT') && !isCode(error, 'ENOTDIR')) throw error;
      await makeFolder(key, dirname(pathOf(key)));
      await place(pathOf(key));
    }
  };
  const linked = async (from: string, key: string): Promise<boolean> => {
    try {
      await inFolder(key, (path) => link(from, path));
      return true;
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error;
      if (await isFolder(pathOf(key))) throw collision(key);
      return false;
    } finally {
      await unlessAbsent(unlink(from));
    }
  };
  const replaced = async (from: string, key: string): Promise<void> => {
    try {
      await inFolder(key, (path) => rename(from, path));
    } catch (error) {
      await rm(from, { force: true });
      throw isCode(error, 'EISDIR') ? collision(key) : error;
    }
  };
  const store: ObjectStore = {
    async read(key) {
      const bytes = await unlessAbsent(readFile(pathOf(key)));
      if (bytes === undefined) return undefined;
      const etag = digestOf(bytes);
      requireBytes(key, etag);
      return { bytes, etag };
    },
    has: async (key) => (await unlessAbsent(stat(pathOf(key))))?.isFile() ?? false,
    async create(key, bytes) {
      if (await store.has(key)) return false;
      return linked(await written(bytes), key);
    },
    async createFromFile(key, path) {
      if (await store.has(key)) return false;
      const copy = await temporary();
      await copyFile(path, copy).catch((error) => rm(copy, { force: true }).then(() => Promise.reject(error)));
      const handle = await open(copy, 'r');
      await handle.sync().finally(() => handle.close());
      return linked(copy, key);
    },
    async swap(key, bytes, etag) {
      if (etag === null) return (await linked(await written(bytes), key)) ? digestOf(bytes) : undefined;
      const isCurrent = async (): Promise<boolean> => (await store.read(key))?.etag === etag;
      if (!(await isCurrent())) return undefined;
      return whileLocked(pathOf(key), async () => {
        if (!(await isCurrent())) return undefined;
        await replaced(await written(bytes), key);
        return digestOf(bytes);
      });
    },
    put: async (key, bytes) => replaced(await written(bytes), key),
    async list(prefix) {
      const under = checkPrefix(prefix).slice(0, prefix.lastIndexOf('/') + 1);
      return (await entriesBelow(join(folder, under), prefix.slice(under.length)))
        .filter((entry) => entry.isFile() && !entry.name.endsWith(lockSuffix))
        .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, '/').length))
        .filter((key) => key.startsWith(prefix) && !key.startsWith('tmp/'))
        .sort();
    },
    async entries(prefix) {
      const keys = await store.list(prefix);
      const found = await concurrently(keys, storeHands, async (key): Promise<StoredEntry[]> => {
        const held = await unlessAbsent(stat(pathOf(key)));
        return held === undefined ? [] : [{ key, bytes: held.size, modifiedMs: held.mtimeMs }];
      });
      return found.flat();
    },
    digest: (key) => unlessAbsent(digestOfFile(pathOf(key))),
    remove: (key) => rm(pathOf(key), { force: true }),
    async file(key) {
      if (!(await store.has(key)))
        throw new WhetError('storage.missing', { expected: key, came: 'nothing under that key' });
      if (digestInKey(key) !== undefined) requireBytes(key, await digestOfFile(pathOf(key)));
      return pathOf(key);
    },
  };
  return {
    ...store,
    create: (key, bytes) => withRoom(folder, store.create(key, bytes)),
    createFromFile: (key, path) => withRoom(folder, store.createFromFile(key, path)),
    swap: (key, bytes, etag) => withRoom(folder, store.swap(key, bytes, etag)),
    put: (key, bytes) => withRoom(folder, store.put(key, bytes)),
  };
}

/** A full disk is told by an error of its own: it is tried again, and goes on once there is room. */
async function withRoom<T>(folder: string, writing: Promise<T>): Promise<T> {
  try {
    return await writing;
  } catch (error) {
    if (!isCode(error, 'ENOSPC') && !isCode(error, 'EDQUOT')) throw error;
    throw new WhetError('storage.full', { expected: `room under ${folder}`, came: (error as Error).message });
  }
}

const lockSuffix = '.lock';
/** A holder of a swap's lock works for milliseconds; a lock as old as this was left by a killed process. */
const staleLockMs = 5_000;

/** One swap of a key at a time between processes, held by a create-only file beside it. */
async function whileLocked<T>(path: string, work: () => Promise<T>): Promise<T | undefined> {
  const lock = `${path}${lockSuffix}`;
  const handle = await open(lock, 'wx').catch(async (error: unknown) => {
    if (!isCode(error, 'EEXIST')) throw error;
    const held = await unlessAbsent(stat(lock));
    if (held !== undefined && Date.now() - held.mtimeMs > staleLockMs) await rm(lock, { force: true });
    return undefined;
  });
  if (handle === undefined) return undefined;
  try {
    return await work();
  } finally {
    await handle.close();
    await rm(lock, { force: true });
  }
}

async function makeFolder(key: string, folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw isCode(error, 'EEXIST') || isCode(error, 'ENOTDIR') ? collision(key) : error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await unlessAbsent(stat(path)))?.isDirectory() ?? false;
}

function collision(key: string): WhetError {
  const expected = "a key that is no other key's folder, nor below another key";
  return new WhetError('input.invalid', { expected, came: `'${key}'` });
}

/** A folder is no object either. */
/** All that lies below a folder in whatever begins with `start`: other folders are not read. */
async function entriesBelow(folder: string, start: string): Promise<Dirent[]> {
  const isAll = start === '';
  const found = (await unlessAbsent(readdir(folder, { recursive: isAll, withFileTypes: true }))) ?? [];
  const own = isAll ? [] : found.filter((entry) => entry.isDirectory() && entry.name.startsWith(start));
  const below = await Promise.all(own.map(({ name }) => entriesBelow(join(folder, name), '')));
  return [...found, ...below.flat()];
}

async function unlessAbsent<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].some((code) => isCode(error, code))) return undefined;
    throw error;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

import { canonicalJson } from '../core/canonicalJson.ts';
import { WhetError } from '../core/errors.ts';
import { digestOf, digestOfFile } from './digest.ts';
import type { ObjectStore } from './objectStore.ts';

/** The key of a content-addressed object. */
export function objectKey(digest: string): string {
  return `objects/${digest}`;
}

/** The digest that a key names, if it is that of a content-addressed object. */
export function digestInKey(key: string): string | undefined {
  return /^objects\/([0-9a-f]{64})$/.exec(key)?.[1];
}

/** Stores bytes under their SHA-256, which is returned. */
export async function putObject(store: ObjectStore, bytes: Uint8Array): Promise<string> {
  const digest = digestOf(bytes);
  await store.create(objectKey(digest), bytes);
  return digest;
}

/** Stores a file's bytes under their SHA-256, which is returned. */
export async function putObjectFile(store: ObjectStore, path: string): Promise<string> {
  const digest = await digestOfFile(path);
  await store.createFromFile(objectKey(digest), path);
  return digest;
}

/** Stores a value as canonical JSON under its SHA-256, which is returned. */
export function putObjectJson(store: ObjectStore, value: unknown): Promise<string> {
  return putObject(store, Buffer.from(canonicalJson(value)));
}

/** The bytes of an object, checked against its SHA-256. Throws `storage.missing`, `storage.damaged`. */
export async function getObject(store: ObjectStore, digest: string): Promise<Uint8Array> {
  const bytes = await required(store, objectKey(digest));
  const came = digestOf(bytes);
  if (came !== digest) {
    throw new WhetError('storage.damaged', { expected: `SHA-256 ${digest}`, came: `${came} in ${objectKey(digest)}` });
  }
  return bytes;
}

/** The value of an object that holds JSON. The caller names the type that it put there. */
export async function getObjectJson<T>(store: ObjectStore, digest: string): Promise<T> {
  return JSON.parse(Buffer.from(await getObject(store, digest)).toString()) as T;
}

/** The JSON under a key, or undefined. Throws `storage.damaged` if it does not parse. */
export async function readJson<T>(store: ObjectStore, key: string): Promise<T | undefined> {
  const stored = await store.read(key);
  return stored === undefined ? undefined : parsed<T>(key, stored.bytes);
}

/** The JSON under a key that must be there. Throws `storage.missing`. */
export async function requireJson<T>(store: ObjectStore, key: string): Promise<T> {
  return parsed<T>(key, await required(store, key));
}

/** Writes JSON once; false if the key was there. */
export function createJson(store: ObjectStore, key: string, value: unknown): Promise<boolean> {
  return store.create(key, Buffer.from(canonicalJson(value)));
}

/** Writes JSON over whatever was there: for copies, leases and hints alone. */
export function putJson(store: ObjectStore, key: string, value: unknown): Promise<void> {
  return store.put(key, Buffer.from(canonicalJson(value)));
}

async function required(store: ObjectStore, key: string): Promise<Uint8Array> {
  const stored = await store.read(key);
  if (stored === undefined) throw new WhetError('storage.missing', { expected: key, came: 'nothing under that key' });
  return stored.bytes;
}

function parsed<T>(key: string, bytes: Uint8Array): T {
  try {
    return JSON.parse(Buffer.from(bytes).toString()) as T;
  } catch (error) {
    throw new WhetError('storage.damaged', { expected: `JSON in ${key}`, came: String(error) }, error);
  }
}

import { canonicalJson } from '../core/canonicalJson.ts';
import { WhetError } from '../core/errors.ts';
import { digestOf, digestOfFile } from './digest.ts';
import type { ObjectStore, StoredObject } from './objectStore.ts';
import { openHint, openJson, sealedJson } from './sealedJson.ts';

/** What is enough of a store to read objects. */
export type ObjectReader = Pick<ObjectStore, 'read'>;

/** The key of a content-addressed object. */
export function objectKey(digest: string): string {
  return `objects/${digest}`;
}

/**
 * The SHA-256 that a key says its bytes have: that of a content-addressed object, and of a file named
 * `….sha256=<digest>.<ending>`. Whoever reads such a key is given these bytes or `storage.damaged`.
 */
export function digestInKey(key: string): string | undefined {
  return /(?:^objects\/|\.sha256=)([0-9a-f]{64})(?:\.\w+)?$/.exec(key)?.[1];
}

/** Throws `storage.damaged` unless a key that says which bytes it has, has them. */
export function requireBytes(key: string, came: string): void {
  const digest = digestInKey(key);
  if (digest === undefined || digest === came) return;
  throw new WhetError('storage.damaged', { expected: `SHA-256 ${digest}`, came: `${came} in ${key}` });
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
export async function getObject(store: ObjectReader, digest: string): Promise<Uint8Array> {
  const { bytes, etag } = await required(store, objectKey(digest));
  // The etag of a store that hashes what it reads, as a disk's does, is that hash.
  if (etag !== digest) requireBytes(objectKey(digest), digestOf(bytes));
  return bytes;
}

/** The value of an object that holds JSON. The caller names the type that it put there. */
export async function getObjectJson<T>(store: ObjectReader, digest: string): Promise<T> {
  return JSON.parse(Buffer.from(await getObject(store, digest)).toString()) as T;
}

/** The JSON under a key, or undefined. Throws `storage.damaged` if it does not parse, or its seal does not fit. */
export async function readJson<T>(store: ObjectStore, key: string): Promise<T | undefined> {
  const stored = await store.read(key);
  return stored === undefined ? undefined : openJson<T>(key, stored.bytes);
}

/** As `readJson`, for what may be lost without harm: what is damaged counts as not there. */
export async function readHint<T>(store: ObjectStore, key: string): Promise<T | undefined> {
  const stored = await store.read(key);
  return stored === undefined ? undefined : openHint<T>(key, stored.bytes);
}

/**
 * As `readHint`, for what is large and seldom another: the value is made of the bytes once, as long as they stay the same.
 * Each store's is kept in memory.
 */
export async function rememberedHint<T>(store: ObjectStore, key: string): Promise<T | undefined> {
  const stored = await store.read(key);
  if (stored === undefined) return undefined;
  const ofStore = hints.get(store) ?? new Map<string, { readonly etag: string; readonly value: unknown }>();
  hints.set(store, ofStore);
  const there = ofStore.get(key);
  if (there?.etag === stored.etag) return there.value as T | undefined;
  const value = openHint<T>(key, stored.bytes);
  ofStore.set(key, { etag: stored.etag, value });
  return value;
}

const hints = new WeakMap<ObjectStore, Map<string, { readonly etag: string; readonly value: unknown }>>();

/** The JSON under a key that must be there. Throws `storage.missing`, `storage.damaged`. */
export async function requireJson<T>(store: ObjectStore, key: string): Promise<T> {
  return openJson<T>(key, (await required(store, key)).bytes);
}

/** Writes sealed JSON once; false if the key was there. */
export function createJson(store: ObjectStore, key: string, value: object): Promise<boolean> {
  return store.create(key, sealedJson(value));
}

/** Writes sealed JSON over whatever was there: for copies, leases and hints alone. */
export function putJson(store: ObjectStore, key: string, value: object): Promise<void> {
  return store.put(key, sealedJson(value));
}

async function required(store: ObjectReader, key: string): Promise<StoredObject> {
  const stored = await store.read(key);
  if (stored === undefined) throw new WhetError('storage.missing', { expected: key, came: 'nothing under that key' });
  return stored;
}

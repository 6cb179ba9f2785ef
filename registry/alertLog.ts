import type { AlertEntry, AlertEvent, AlertStanding, LogStart } from '../core/alert.ts';
import { nothingYet, standingAfter } from '../core/alertStanding.ts';
import { type AlertsCopy, alertsCopyKey, alertsCopyOf } from '../core/alertsCopy.ts';
import { WhetError } from '../core/errors.ts';
import { concurrently, storeHands } from '../storage/concurrently.ts';
import { digestOfValue } from '../storage/digest.ts';
import { lastNumber } from '../storage/lastNumber.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { createJson, putJson, readHint, readJson } from '../storage/objects.ts';
import { maxAttempts } from './ledger.ts';

/** An entry of the log of alerts with the SHA-256 of its canonical JSON. */
export interface DigestedAlertEntry {
  readonly entry: AlertEntry;
  readonly digest: string;
}

/** What is to be written, by whom, why, and when (ISO time, UTC). */
export interface AuthoredAlertEvent {
  readonly event: AlertEvent;
  readonly who: string;
  readonly why: string;
  readonly at: string;
}

/** The log of a pipeline's alerts as far as it is kept, in order, its chain verified. Throws `ledger.broken`, naming the entry. */
export async function readAlertLog(store: ObjectStore, pipeline: string): Promise<DigestedAlertEntry[]> {
  const last = await newestListed(store, pipeline);
  if (last === 0) return [];
  const { start = wholeLog } = (await requireEntry(store, pipeline, last)).entry.standing;
  const all = Array.from({ length: last - start.begins + 1 }, (_, at) => start.begins + at);
  const held = await concurrently(all, storeHands, (n) => requireEntry(store, pipeline, n));
  held.forEach((one, at) => {
    verifyLink(at === 0 ? start.previous : (held[at - 1]?.digest ?? null), start.begins + at, one);
  });
  return held;
}

/** What the log says now. Throws `ledger.broken`. */
export async function alertStanding(store: ObjectStore, pipeline: string): Promise<AlertStanding> {
  return (await alertHead(store, pipeline))?.entry.standing ?? nothingYet;
}

/**
 * The last entry, or undefined: the copy says where to look, and where that is lost the log is listed. What it says is what
 * all before it say; its link to the one before is verified.
 */
export async function alertHead(store: ObjectStore, pipeline: string): Promise<DigestedAlertEntry | undefined> {
  const copy = await alertsCopy(store, pipeline);
  const known = copy?.n ?? (await newestListed(store, pipeline));
  const n = await lastNumber((one) => store.has(entryKey(pipeline, one)), known);
  if (n < known) missing(known);
  if (n === 0) return undefined;
  const head = await requireEntry(store, pipeline, n);
  if (copy === undefined || n > known)
    verifyLink(n === 1 ? null : (await requireEntry(store, pipeline, n - 1)).digest, n, head);
  return head;
}

/** An entry that must be there. Throws `ledger.broken`. */
export async function requireEntry(store: ObjectStore, pipeline: string, n: number): Promise<DigestedAlertEntry> {
  return (await entryAt(store, pipeline, n)) ?? missing(n);
}

/**
 * Writes what `decide` makes of the log as it is, create-only, after the entry that it was decided by; where another
 * writer was first it is decided anew. Null where it decides to write nothing. Throws `ledger.broken`, `ledger.contended`.
 */
export async function appendAlert(
  store: ObjectStore,
  pipeline: string,
  decide: (standing: AlertStanding, n: number) => AuthoredAlertEvent | null,
): Promise<AlertEntry | null> {
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const head = await alertHead(store, pipeline);
    const [before, n] = [head?.entry.standing ?? nothingYet, (head?.entry.n ?? 0) + 1];
    const authored = decide(before, n);
    if (authored === null) return null;
    const standing = standingAfter(before, { n, ...authored });
    const entry = { n, ...authored, previous: head?.digest ?? null, standing };
    if (!(await createJson(store, entryKey(pipeline, n), entry))) continue;
    await rollCopyForward(store, pipeline, entry);
    return entry;
  }
  const came = `${maxAttempts} lost races with other writers`;
  throw new WhetError('ledger.contended', { expected: `a free number in the log of alerts of '${pipeline}'`, came });
}

/** The copy that names its entry and the newest look, for whoever only wants to know what is open. */
export function alertsCopy(store: ObjectStore, pipeline: string): Promise<AlertsCopy | undefined> {
  return readHint<AlertsCopy>(store, alertsCopyKey(pipeline));
}

/** Before anything is cut. */
const wholeLog: LogStart = { begins: 1, previous: null };

/** Replaces the copy: whoever writes last has read last, and it is written anew at each look. */
export function keepAlertsCopy(store: ObjectStore, pipeline: string, copy: AlertsCopy): Promise<void> {
  return putJson(store, alertsCopyKey(pipeline), copy);
}

async function rollCopyForward(store: ObjectStore, pipeline: string, { n, at, standing }: AlertEntry): Promise<void> {
  const copy = await alertsCopy(store, pipeline);
  if ((copy?.n ?? 0) >= n) return;
  const { look = null, everyMs = null, pending = {}, rules = [] } = copy ?? {};
  await keepAlertsCopy(store, pipeline, alertsCopyOf({ n, look, everyMs, pending, rules }, standing, at));
}

async function entryAt(store: ObjectStore, pipeline: string, n: number): Promise<DigestedAlertEntry | undefined> {
  const entry = await readJson<AlertEntry>(store, entryKey(pipeline, n));
  return entry === undefined ? undefined : { entry, digest: digestOfValue(entry) };
}

function verifyLink(previous: string | null, n: number, { entry }: DigestedAlertEntry): void {
  if (entry.n !== n) throw broken(n, `the number ${n}`, `${entry.n}`);
  if (entry.previous !== previous) throw broken(n, `previous: ${previous}`, `${entry.previous}`);
}

function missing(n: number): never {
  throw broken(n, 'an entry', 'none');
}

function broken(n: number, expected: string, came: string): WhetError {
  return new WhetError('ledger.broken', { expected: `${expected} in entry ${n} of the log of alerts`, came });
}

const folderOf = (pipeline: string): string => `alerts/${pipeline}/`;
const entryKey = (pipeline: string, n: number): string => `${folderOf(pipeline)}${n}.json`;

async function newestListed(store: ObjectStore, pipeline: string): Promise<number> {
  return (await store.list(folderOf(pipeline))).reduce((last, key) => Math.max(last, numberIn(key)), 0);
}

function numberIn(key: string): number {
  return Number(/\/(\d+)\.json$/.exec(key)?.[1] ?? 0);
}

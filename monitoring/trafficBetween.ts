import { hourMs, hoursBetween } from '../core/time.ts';
import { type TrafficLine, trafficPlace } from '../core/trafficLine.ts';
import { concurrently, storeHands } from '../storage/concurrently.ts';
import type { ObjectStore } from '../storage/objectStore.ts';

const minuteMs = 60_000;

/** What all serving processes did for a pipeline in lines that began at [fromMs, toMs). Only the files of these minutes are read. */
export async function trafficBetween(
  store: ObjectStore,
  pipeline: string,
  fromMs: number,
  toMs: number,
): Promise<Pick<TrafficLine, 'requests' | 'errors' | 'latency'>> {
  const hours = hoursBetween(Math.floor(fromMs / hourMs) * hourMs, Math.ceil(toMs / hourMs) * hourMs);
  const listed = await concurrently(hours, storeHands, (hour) => store.list(`traffic/${pipeline}/${hour}/`));
  const minutes = minutesBetween(pipeline, fromMs, toMs);
  const keys = listed.flat().filter((key) => minutes.has(key.slice(0, key.indexOf('-', key.lastIndexOf('/')) + 1)));
  const lines = await concurrently(keys, storeHands, async (key) => linesIn((await store.read(key))?.bytes));
  const all = lines.flat().filter(({ from }) => Date.parse(from) >= fromMs && Date.parse(from) < toMs);
  return {
    requests: all.reduce((sum, { requests }) => sum + requests, 0),
    errors: summed(all.map(({ errors }) => errors)),
    latency: summed(all.map(({ latency }) => latency)),
  };
}

function minutesBetween(pipeline: string, fromMs: number, toMs: number): ReadonlySet<string> {
  const minutes = new Set<string>();
  for (let at = Math.floor(fromMs / minuteMs) * minuteMs; at < toMs; at += minuteMs) {
    const { folder, minute } = trafficPlace(pipeline, at);
    minutes.add(folder + minute);
  }
  return minutes;
}

/** One that a sweep took meanwhile has none. */
function linesIn(bytes: Uint8Array | undefined): TrafficLine[] {
  const text = bytes === undefined ? '' : Buffer.from(bytes).toString().trim();
  return text === '' ? [] : text.split('\n').map((line) => JSON.parse(line) as TrafficLine);
}

function summed<Name extends string>(
  counts: readonly Readonly<Partial<Record<Name, number>>>[],
): Partial<Record<Name, number>> {
  const sums: Partial<Record<Name, number>> = {};
  for (const each of counts) {
    for (const [name, count] of Object.entries(each) as [Name, number][]) sums[name] = (sums[name] ?? 0) + count;
  }
  return sums;
}

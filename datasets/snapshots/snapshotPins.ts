import type { ObjectStore } from '../../storage/objectStore.ts';
import { createJson, readJson, requireJson } from '../../storage/objects.ts';

/** What a person keeps, whatever the retention says. At `pins/<kind>/<id>.json`. */
export interface Pin {
  readonly id: string;
  readonly why: string;
  readonly by: string;
  /** ISO time, UTC. */
  readonly at: string;
}

/** Pins a snapshot and gives its pin: the first one, which stays until someone takes it off. */
export async function pinSnapshot(store: ObjectStore, pin: Pin): Promise<Pin> {
  await createJson(store, pinKey(pin.id), pin);
  return requireJson<Pin>(store, pinKey(pin.id));
}

/** Takes a pin off and gives it back; undefined where there was none. */
export async function unpinSnapshot(store: ObjectStore, id: string): Promise<Pin | undefined> {
  const pin = await snapshotPin(store, id);
  await store.remove(pinKey(id));
  return pin;
}

export function snapshotPin(store: ObjectStore, id: string): Promise<Pin | undefined> {
  return readJson<Pin>(store, pinKey(id));
}

/** All pinned snapshots, by their id. */
export async function snapshotPins(store: ObjectStore): Promise<Map<string, Pin>> {
  const keys = await store.list('pins/snapshots/');
  const pins = await Promise.all(keys.map((key) => readJson<Pin>(store, key)));
  return new Map(pins.flatMap((pin) => (pin === undefined ? [] : [[pin.id, pin]])));
}

function pinKey(id: string): string {
  return `pins/snapshots/${id}.json`;
}

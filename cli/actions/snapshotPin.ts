import { userInfo } from 'node:os';
import { findSnapshot } from '../../datasets/snapshots/findSnapshot.ts';
import { pinSnapshot, unpinSnapshot } from '../../datasets/snapshots/snapshotPins.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { print, printJson } from '../output.ts';

interface PinOptions extends JsonOption {
  readonly why: string;
  readonly by?: string;
}

/** Pins a snapshot; one that is pinned keeps the pin that it has. Throws `snapshot.unknown`. */
export async function snapshotPinned(name: string, { why, by, json }: PinOptions): Promise<void> {
  const { store } = openWorkplace();
  const { id } = await findSnapshot(store, name);
  const at = new Date().toISOString();
  const pin = await pinSnapshot(store, { id, why, by: by ?? userInfo().username, at });
  if (json) printJson(pin);
  else print(`${id} is pinned by ${pin.by} since ${pin.at}: ${pin.why}`);
}

/** Takes a pin off. Throws `snapshot.unknown`. */
export async function snapshotUnpinned(name: string, { json }: JsonOption): Promise<void> {
  const { store } = openWorkplace();
  const { id } = await findSnapshot(store, name);
  const pin = await unpinSnapshot(store, id);
  if (json) printJson({ id, was: pin ?? null });
  else print(pin === undefined ? `${id} had no pin` : `${id} had a pin of ${pin.by}: ${pin.why}`);
}

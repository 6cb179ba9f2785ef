import type { ModelPackage } from '../core/modelPackage.ts';
import type { RoutedVersion } from '../core/routing.ts';
import type { Scorer } from '../models/scorers/scorer.ts';
import type { RowShape } from './rowShape.ts';

/** A version that is loaded, warmed and equal on its golden rows. */
export interface LoadedVersion {
  readonly routed: RoutedVersion;
  readonly package: ModelPackage;
  readonly scorer: Scorer;
  readonly shape: RowShape;
}

/** What one request answers with. */
export interface Answering {
  readonly loaded: LoadedVersion;
  readonly epoch: number;
  /** `champion`, `challenger`, or another name of the routing. */
  readonly variant: string;
}

/** What a slot answers with, from a request's beginning to its end. Given back by `done`, exactly once. */
export interface HeldSlot extends Answering {
  readonly variant: SlotVariant;
  readonly slot: SlotName;
}

export type SlotName = 'blue' | 'green';
/** The version that the routing names, or the newcomer that is loaded beside it. */
export type SlotVariant = 'champion' | 'challenger';

/**
 * Two slots of one pipeline. A newcomer is loaded into the slot that does not answer; `flip` then replaces one reference,
 * between two requests. The old version drains (its requests in flight end as they began) and is released.
 */
export interface Slots {
  /** Loads a version beside the one that answers; one that is in a slot already is not loaded again. */
  prepare(version: RoutedVersion): Promise<void>;
  /** Lets a prepared version answer from the next request on, or none. Throws if it is not in a slot. */
  flip(version: RoutedVersion | null, epoch: number): void;
  /** Lets the newcomer go that will not be promoted after all. */
  discard(): void;
  /** Takes what a request answers with; undefined where nothing does. */
  take(which: SlotVariant): HeldSlot | undefined;
  done(held: HeldSlot): void;
  /** What is loaded now, without taking it. */
  readonly champion: HeldSlot | undefined;
  readonly challenger: HeldSlot | undefined;
  /** The epoch that the last flip applied; -1 before the first. */
  readonly epoch: number;
  /** Drains and releases both. */
  close(): Promise<void>;
}

/** Loads, checks and warms one version. */
export type LoadVersion = (version: RoutedVersion) => Promise<LoadedVersion>;

interface Slot {
  readonly name: SlotName;
  held: LoadedVersion | undefined;
  inFlight: number;
  /** Set while the version in it waits for its last request. */
  drained: (() => void) | undefined;
  released: Promise<void>;
}

/** `failed` hears of a version that could not be released. `prepare` and `flip` come from one caller, one after the other. */
export function openSlots(load: LoadVersion, failed: (error: unknown) => void): Slots {
  const blue = emptySlot('blue');
  const green = emptySlot('green');
  let champion: HeldSlot | undefined;
  let challenger: HeldSlot | undefined;
  let epoch = -1;
  const slotOf = (answering: HeldSlot): Slot => (answering.slot === 'blue' ? blue : green);
  /** The newcomer's slot, or the one that the champion leaves free. */
  const free = (): Slot => (challenger === undefined ? (champion?.slot === 'blue' ? green : blue) : slotOf(challenger));
  return {
    async prepare(version) {
      if (isSame(champion?.loaded, version) || isSame(challenger?.loaded, version)) return;
      const slot = free();
      challenger = undefined;
      await vacated(slot, failed);
      slot.held = await load(version);
      challenger = { loaded: slot.held, epoch, variant: 'challenger', slot: slot.name };
    },
    flip(version, to) {
      const next = [champion, challenger].find((each) => version !== null && isSame(each?.loaded, version));
      if (version !== null && next === undefined) throw new Error(`Version ${version.version} is in no slot.`);
      const left = champion;
      epoch = to;
      if (next !== undefined && next === challenger) challenger = undefined;
      else if (challenger !== undefined) challenger = { ...challenger, epoch };
      champion = next === undefined ? undefined : { ...next, epoch, variant: 'champion' };
      if (left !== undefined && left.slot !== champion?.slot) void vacated(slotOf(left), failed);
    },
    discard() {
      if (challenger !== undefined) void vacated(slotOf(challenger), failed);
      challenger = undefined;
    },
    take(which) {
      const answering = which === 'champion' ? champion : challenger;
      if (answering !== undefined) slotOf(answering).inFlight += 1;
      return answering;
    },
    done(answering) {
      const slot = slotOf(answering);
      slot.inFlight -= 1;
      if (slot.inFlight === 0) slot.drained?.();
    },
    get champion() {
      return champion;
    },
    get challenger() {
      return challenger;
    },
    get epoch() {
      return epoch;
    },
    async close() {
      champion = undefined;
      challenger = undefined;
      await Promise.all([vacated(blue, failed), vacated(green, failed)]);
    },
  };
}

function emptySlot(name: SlotName): Slot {
  return { name, held: undefined, inFlight: 0, drained: undefined, released: Promise.resolve() };
}

function isSame(loaded: LoadedVersion | undefined, version: RoutedVersion): boolean {
  const routed = loaded?.routed;
  return routed?.version === version.version && routed.digest === version.digest && routed.package === version.package;
}

/** Ends when the slot's version has answered its last request and is released. Nobody may take it any more. */
function vacated(slot: Slot, failed: (error: unknown) => void): Promise<void> {
  const { held } = slot;
  if (held === undefined) return slot.released;
  slot.held = undefined;
  slot.released = lastRequest(slot)
    .then(() => held.scorer.release())
    .catch(failed);
  return slot.released;
}

function lastRequest(slot: Slot): Promise<void> {
  if (slot.inFlight === 0) return Promise.resolve();
  return new Promise((resolve) => {
    slot.drained = () => {
      slot.drained = undefined;
      resolve();
    };
  });
}

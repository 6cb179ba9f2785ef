import type { Encoders, MatrixPart, SketchedPart } from '../core/matrix.ts';
import type { Plan } from '../core/plan.ts';
import { concurrently, storeHands } from '../storage/concurrently.ts';
import { digestOfValue } from '../storage/digest.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { createJson, readJson } from '../storage/objects.ts';
import { encodersOf, type FitSketches, fitSketches } from './fitEncoders.ts';
import { stageKey } from './stageRecord.ts';

/** Finds the sketches of parts that were not made just now. */
export type SketchParts = (parts: readonly MatrixPart[]) => Promise<SketchedPart[]>;

/**
 * The encoders of a train window. The sketches of whole days are kept together, so that a window of months is fitted
 * from as many records as it has days; the result is, bit for bit, that of `fitEncoders` over all parts.
 */
export async function fitWindow(
  store: ObjectStore,
  plan: Plan,
  train: readonly MatrixPart[],
  sketched: SketchParts,
): Promise<Encoders> {
  const days = [...Map.groupBy(train, ({ hour }) => hour.slice(0, 10)).values()];
  const sketches = await concurrently(days, storeHands, async (parts): Promise<FitSketches> => {
    if (parts.length < hoursOfDay) return fitSketches(plan, await sketched(parts));
    const key = stageKey(`fit-${digestOfValue({ version: fitVersion, parts: parts.map((part) => part.key) })}`);
    const held = await readJson<FitSketches>(store, key);
    if (held !== undefined) return held;
    const made = fitSketches(plan, await sketched(parts));
    await createJson(store, key, made);
    return made;
  });
  return encodersOf(plan, sketches);
}

const hoursOfDay = 24;

/** Goes up when the record of a day says something else. */
const fitVersion = 2;

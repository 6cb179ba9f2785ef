import { lookPart } from '../../../core/lookPart.ts';
import { seededRandom } from '../../../core/random.ts';
import { studentTail } from '../../../core/studentT.ts';
import { drawNormals, freedom, hourSpread, meanOfHours } from './hourNoise.ts';

/** A rule's one-sided error at one look, and the margins of the demo's gate. */
const tolerated = 0.05;
export const margins = { champion: 0.005, reference: 0.02 } as const;

export interface PassCounts {
  readonly looks: number;
  readonly passed: number;
  /** As many as would pass if every hour counted alike: 23 degrees of freedom. */
  readonly asIfEqual: number;
}

/** Days on which a candidate that differs by `truth` is judged no worse than `-margin`, each on rows of its own. */
export function passes(seed: number, looks: number, truth: number, margin: number, level = tolerated): PassCounts {
  const random = seededRandom(seed);
  const difference = new Float64Array(24);
  let [passed, asIfEqual] = [0, 0];
  for (let look = 0; look < looks; look += 1) {
    drawNormals(difference, random);
    for (let hour = 0; hour < 24; hour += 1)
      difference[hour] = truth + hourSpread * Math.SQRT2 * (difference[hour] ?? 0);
    const { value, error, plainError } = meanOfHours(difference);
    if (studentTail((value + margin) / error, freedom) <= level) passed += 1;
    if (studentTail((value + margin) / plainError, 23) <= level) asIfEqual += 1;
  }
  return { looks, passed, asIfEqual };
}

export type Anchor = 'none' | 'uncorrected' | 'corrected';

export interface CreepOptions {
  readonly seed: number;
  readonly anchor: Anchor;
  /** Each candidate differs from the champion of its hour by so much on average, with this standard deviation. */
  readonly step: number;
  readonly spread: number;
  /** It ends at so many promotions, or looks. */
  readonly promotions: number;
  readonly looks: number;
}

export interface CreepResult {
  readonly promoted: number;
  readonly looks: number;
  /** Quality in the end and at its lowest, the reference being 0. */
  readonly quality: number;
  readonly lowest: number;
}

/**
 * Candidates that are a little worse than the champion of their hour, look by look on the last 24 hours, judged no worse
 * than the champion by 0.005 and, where there is an anchor, than the reference by 0.02.
 */
export function creepSeries({ seed, anchor, step, spread, promotions, looks }: CreepOptions): CreepResult {
  const random = seededRandom(seed);
  const [candidate, champion, reference] = [new Float64Array(24), new Float64Array(24), new Float64Array(24)];
  const [toChampion, toReference] = [new Float64Array(24), new Float64Array(24)];
  const countsFrom: number[] = [];
  let [promoted, quality, lowest, look] = [0, 0, 0, 1];
  for (; look <= looks && promoted < promotions; look += 1) {
    champion[look % 24] = random.normal();
    reference[look % 24] = random.normal();
    const own = quality + step + (spread === 0 ? 0 : spread * random.normal());
    drawNormals(candidate, random);
    for (let hour = 0; hour < 24; hour += 1) {
      toChampion[hour] = own - quality + hourSpread * ((candidate[hour] ?? 0) - (champion[hour] ?? 0));
      toReference[hour] = own + hourSpread * ((candidate[hour] ?? 0) - (reference[hour] ?? 0));
    }
    if (look < 24 || chanceOf(toChampion, margins.champion) > tolerated) continue;
    if (anchor !== 'none' && chanceOf(toReference, margins.reference) > levelOf(anchor, look, countsFrom)) continue;
    promoted += 1;
    quality = own;
    lowest = Math.min(lowest, quality);
    champion.set(candidate);
    countsFrom.push(look + 24);
  }
  return { promoted, looks: look - 1, quality, lowest };
}

function chanceOf(difference: Float64Array, margin: number): number {
  const { value, error } = meanOfHours(difference);
  return studentTail((value + margin) / error, freedom);
}

function levelOf(anchor: Anchor, look: number, countsFrom: readonly number[]): number {
  if (anchor === 'uncorrected') return tolerated;
  let counting = countsFrom.length;
  while (counting > 0 && (countsFrom[counting - 1] ?? 0) > look) counting -= 1;
  return tolerated * lookPart(look, countsFrom, counting);
}

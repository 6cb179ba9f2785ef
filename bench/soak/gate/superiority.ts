import { lookPart } from '../../../core/lookPart.ts';
import { seededRandom } from '../../../core/random.ts';
import { studentTail } from '../../../core/studentT.ts';
import { drawNormals, freedom, hourSpread, meanOfHours } from './hourNoise.ts';

/** How the looks of a series are judged. */
export type Policy = 'corrected' | 'uncorrected' | 'e-LOND';

export interface SeriesOptions {
  readonly seed: number;
  readonly looks: number;
  readonly policy: Policy;
  /** By how much the better half of the candidates is better. */
  readonly gain: number;
  /** How alike the noise of a candidate and of the next one is, from 0 to 1: they learn from nearly the same rows. */
  readonly alike: number;
}

export interface SeriesResult {
  readonly promoted: number;
  /** Of these, no better than the champion that they replaced. */
  readonly wrong: number;
  /** Candidates that were better. */
  readonly better: number;
}

const tolerated = 0.05;

/**
 * A series of hourly looks. At each a new candidate is compared with the champion on the last 24 hours, so that two
 * neighbours share 23 of them; half of the candidates (all where the gain is 0) are exactly as good as the champion, which
 * is the worst of no better. A candidate that is promoted takes its luck in those hours with it. What is simulated is each model's mean in
 * each hour, of which the statistics of the gate are made, not rows.
 */
export function superioritySeries({ seed, looks, policy, gain, alike }: SeriesOptions): SeriesResult {
  const random = seededRandom(seed);
  const [candidate, champion, difference] = [new Float64Array(24), new Float64Array(24), new Float64Array(24)];
  const draws = new Float64Array(24);
  const judge = judgeOf(policy);
  const fresh = Math.sqrt(1 - alike ** 2);
  let [promoted, wrong, better, since] = [0, 0, 0, 0];
  for (let look = 1; look <= looks; look += 1) {
    const newest = look % 24;
    drawNormals(draws, random);
    for (let hour = 0; hour < 24; hour += 1) {
      const own = hour === newest ? 0 : alike * (candidate[hour] ?? 0);
      candidate[hour] = own + (hour === newest ? 1 : fresh) * (draws[hour] ?? 0);
    }
    // The champion in an hour that is new to both is as near to the candidate as it is near in age.
    const near = alike ** (look - since);
    champion[newest] = near * (candidate[newest] ?? 0) + Math.sqrt(1 - near ** 2) * random.normal();
    const isBetter = random.next() < 0.5 && gain > 0;
    if (isBetter) better += 1;
    for (let hour = 0; hour < 24; hour += 1) {
      difference[hour] = (isBetter ? gain : 0) + hourSpread * ((candidate[hour] ?? 0) - (champion[hour] ?? 0));
    }
    // Until the window is full there is no test day.
    if (look < 24) continue;
    const { value, error } = meanOfHours(difference);
    if (!judge(look, studentTail(value / error, freedom))) continue;
    promoted += 1;
    if (!isBetter) wrong += 1;
    champion.set(candidate);
    since = look;
  }
  return { promoted, wrong, better };
}

/** Tells, look by look, whether the probability of so large a difference by chance is small enough. */
function judgeOf(policy: Policy): (look: number, chance: number) => boolean {
  if (policy === 'uncorrected') return (_, chance) => chance <= tolerated;
  if (policy === 'e-LOND') return eLond();
  const countsFrom: number[] = [];
  return (look, chance) => {
    let counting = countsFrom.length;
    while (counting > 0 && (countsFrom[counting - 1] ?? 0) > look) counting -= 1;
    const passes = chance <= tolerated * lookPart(look, countsFrom, counting);
    if (passes) countsFrom.push(look + 24);
    return passes;
  };
}

/**
 * For comparison: e-LOND (Xu and Ramdas 2024), valid under any dependence, with the p-value made an e-value by the
 * calibrator k p^(k - 1) at k = 0.1 (Shafer 2021), and the parts of `lookPart` without promotions.
 */
function eLond(): (look: number, chance: number) => boolean {
  let promoted = 0;
  return (look, chance) => {
    const evidence = 0.1 * chance ** -0.9;
    const passes = evidence >= 1 / (tolerated * 2 * lookPart(look, []) * (promoted + 1));
    if (passes) promoted += 1;
    return passes;
  };
}

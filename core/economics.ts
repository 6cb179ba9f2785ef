/** What a model of an age loses against one made now, on the same rows; of the metric that the search maximizes. */
export interface DecayPoint {
  readonly ageHours: number;
  /** Above 0: worse. */
  readonly loss: number;
  /** How much it counts beside others: rows, or comparisons; 1 where left out. */
  readonly weight?: number;
}

export interface IntervalQuestion {
  /** In any order. At age 0 nothing is lost. */
  readonly decay: readonly DecayPoint[];
  /** What one run takes. */
  readonly retrainSeconds: number;
  /** Seconds of the machine that are given for 0.01 of the metric over an hour. `usualWorthSeconds` where left out. */
  readonly worthSeconds?: number;
  /** Hours between which the interval lies, both whole. Left out: 1, and twice the oldest age that was seen. */
  readonly leastHours?: number;
  readonly mostHours?: number;
}

export interface RecommendedInterval {
  /** Whole hours from one run to the next; null where too little is known, or where no run pays. */
  readonly hours: number | null;
  /** Seconds of the machine per hour that it costs, runs and lost quality together; null with too few points. */
  readonly costPerHour: number | null;
  /** The same without any run. */
  readonly neverCostPerHour: number | null;
  /** `hours` by the square-root law, which takes the loss for a straight line; not rounded. For comparison. */
  readonly squareRootHours: number | null;
  /** One sentence with the figures. */
  readonly text: string;
}

/** 0.01 of the metric, lost for an hour, is worth a minute of the machine. */
export const usualWorthSeconds = 60;

/** With points at fewer ages nothing is said. */
const leastAges = 2;

/**
 * The interval at which runs and lost quality together cost the least: the T that minimizes
 * (c + w * integral of the loss from 0 to T) / T, which is the economic life of a machine that wears out (J. S. Taylor,
 * "A statistical theory of depreciation based on unit cost", 1923; H. Hotelling, 1925). Where the loss grows in a straight line, k per hour,
 * that is the square root of 2 c / (w k): the law of F. W. Harris, "How many parts to make at once", 1913.
 */
export function recommendInterval(question: IntervalQuestion): RecommendedInterval {
  const { decay, retrainSeconds, worthSeconds = usualWorthSeconds } = question;
  const curve = lossCurve(decay);
  const ages = curve.length - 1;
  if (ages < leastAges) return unknown(ages);
  const perUnit = worthSeconds / 0.01;
  const oldest = curve.at(-1) as CurvePoint;
  const { leastHours = 1, mostHours = Math.max(leastHours, Math.ceil(2 * oldest.ageHours)) } = question;
  const rateAt = (hours: number): number => (retrainSeconds + perUnit * lostOver(curve, hours)) / hours;
  let best = leastHours;
  for (let hours = leastHours + 1; hours <= mostHours; hours += 1) if (rateAt(hours) < rateAt(best)) best = hours;
  const never = perUnit * oldest.loss;
  const slope = slopeOf(curve);
  const squareRootHours = slope > 0 ? Math.sqrt((2 * retrainSeconds) / (perUnit * slope)) : null;
  const told = { costPerHour: rateAt(best), neverCostPerHour: never, squareRootHours };
  if (never <= told.costPerHour) return { ...told, hours: null, text: neverText(never, told.costPerHour, best) };
  return { ...told, hours: best, text: bestText(best, told.costPerHour, never) };
}

interface CurvePoint {
  readonly ageHours: number;
  readonly loss: number;
}

/**
 * The loss by age, which never falls: the mean at each age, and where a later one is lower both take their mean (pool
 * adjacent violators: Ayer and others, 1955). Begins at age 0 with no loss.
 */
export function lossCurve(decay: readonly DecayPoint[]): readonly CurvePoint[] {
  const byAge = Map.groupBy(
    decay.filter(({ ageHours }) => ageHours > 0),
    ({ ageHours }) => ageHours,
  );
  const means = [...byAge]
    .map(([ageHours, points]) => ({ ages: [ageHours], ...meanOf(points) }))
    .sort((a, b) => (a.ages[0] ?? 0) - (b.ages[0] ?? 0));
  const pools: { ages: number[]; loss: number; weight: number }[] = [];
  for (const mean of means) {
    pools.push(mean);
    for (let last = pools.at(-1), before = pools.at(-2); last && before && last.loss < before.loss; ) {
      pools.splice(-2, 2, { ages: [...before.ages, ...last.ages], ...meanOf([before, last]) });
      [last, before] = [pools.at(-1), pools.at(-2)];
    }
  }
  const rising = pools.flatMap(({ ages, loss }) => ages.map((ageHours) => ({ ageHours, loss: Math.max(0, loss) })));
  return [{ ageHours: 0, loss: 0 }, ...rising];
}

function meanOf(points: readonly { readonly loss: number; readonly weight?: number }[]): {
  loss: number;
  weight: number;
} {
  const weight = points.reduce((sum, point) => sum + (point.weight ?? 1), 0);
  return { weight, loss: points.reduce((sum, { loss, weight: own = 1 }) => sum + loss * own, 0) / weight };
}

/** What is lost at an age: straight lines between the points, and after the last no more than there. */
export function lossAt(curve: readonly CurvePoint[], ageHours: number): number {
  const after = curve.findIndex((point) => point.ageHours >= ageHours);
  if (after === -1) return curve.at(-1)?.loss ?? 0;
  const [from, to] = [curve[after - 1], curve[after]];
  if (from === undefined || to === undefined) return to?.loss ?? 0;
  return from.loss + ((to.loss - from.loss) * (ageHours - from.ageHours)) / (to.ageHours - from.ageHours);
}

/** The loss added up from age 0 on: metric times hours. */
function lostOver(curve: readonly CurvePoint[], hours: number): number {
  const ages = [...curve.map(({ ageHours }) => ageHours).filter((age) => age < hours), hours];
  return ages.reduce((sum, age, at) => {
    const before = ages[at - 1];
    return before === undefined ? sum : sum + ((lossAt(curve, before) + lossAt(curve, age)) / 2) * (age - before);
  }, 0);
}

/** Per hour: the straight line through age 0 that comes nearest to the points. */
function slopeOf(curve: readonly CurvePoint[]): number {
  const products = curve.reduce((sum, { ageHours, loss }) => sum + ageHours * loss, 0);
  return products / curve.reduce((sum, { ageHours }) => sum + ageHours ** 2, 0);
}

function unknown(ages: number): RecommendedInterval {
  const text = `too little to say: the loss is known at ${ages} age${ages === 1 ? '' : 's'}, ${leastAges} needed`;
  return { hours: null, costPerHour: null, neverCostPerHour: null, squareRootHours: null, text };
}

function neverText(never: number, cost: number, hours: number): string {
  return `no run pays: without any an hour costs ${secondsText(never)} of the machine, with one each ${hours} h ${secondsText(cost)}`;
}

function bestText(hours: number, cost: number, never: number): string {
  return `each ${hours} h: an hour costs ${secondsText(cost)} of the machine, runs and lost quality together, and ${secondsText(never)} without any run`;
}

function secondsText(seconds: number): string {
  return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
}

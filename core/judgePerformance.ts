import { decimals } from './decimals.ts';
import { estimateText } from './estimateText.ts';
import type { FindingState } from './look.ts';
import { higherIsBetter } from './metricDirection.ts';
import type { Estimate } from './scorecard.ts';
import { studentQuantile, studentTail } from './studentT.ts';
import type { PerformanceMonitor } from './watchPlan.ts';

export interface JudgedPerformance {
  readonly state: FindingState;
  /** The border on the value that it crosses, or else the nearer one; null where there is none. */
  readonly limit: number | null;
  /** The probability of such a value or a worse one where the metric is just at that border. */
  readonly pValue: number | null;
  readonly text: string;
}

/**
 * Judges a metric on labels that came back, by the monitor's limits. Below the limit means the whole 95 % interval, in the
 * metric's own direction. Worse than on the scorecard means that the 95 % interval of the difference of two independent
 * estimates lies beyond the margin: what is judged and the card's test rows share no row.
 */
export function judgePerformance(
  { metric, limit, worseBy }: Pick<PerformanceMonitor, 'metric' | 'limit' | 'worseBy'>,
  now: Estimate,
  card: Estimate | undefined,
): JudgedPerformance {
  const sign = higherIsBetter(metric) ? 1 : -1;
  const said = `${metric} ${estimateText(now)}${card === undefined ? '' : `, ${decimals(card.value)} on the scorecard`}`;
  const borders = [
    ...(limit === undefined ? [] : [{ at: limit, error: 0, freedom: endless }]),
    ...(worseBy === undefined || card === undefined
      ? []
      : [{ at: card.value - sign * worseBy, error: errorOf(card), freedom: card.freedom ?? endless }]),
  ];
  if (borders.length === 0) return { state: 'fine', limit: null, pValue: null, text: said };
  if (now.low === null) return { state: 'too little to say', limit: borders[0]?.at ?? null, pValue: null, text: said };
  const judged = borders.map(({ at, error, freedom }) => {
    return { at, ...against(sign * (at - now.value), errorOf(now), error, Math.min(now.freedom ?? endless, freedom)) };
  });
  const worst = judged.reduce((a, b) => (b.pValue < a.pValue ? b : a));
  const told = worst.isWorse ? `shown to be ${sign === 1 ? 'below' : 'above'} ${decimals(worst.at)}` : 'as it may be';
  return {
    ...{ state: worst.isWorse ? 'off' : 'fine', limit: worst.at, pValue: worst.pValue },
    text: `${said}: ${told}`,
  };
}

/** Enough degrees of freedom to be a normal distribution. */
const endless = 1_000;

/** By how much it is worse than a border, and whether that is shown. */
function against(worse: number, error: number, borderError: number, freedom: number) {
  const both = Math.hypot(error, borderError);
  const isWorse = worse - studentQuantile(0.975, freedom) * both > 0;
  return { isWorse, pValue: both === 0 ? Number(worse <= 0) : studentTail(worse / both, freedom) };
}

/** The standard error that an estimate's 95 % interval was made from; 0 where it has none. */
function errorOf({ value, high, freedom = endless }: Estimate): number {
  return high === null ? 0 : (high - value) / studentQuantile(0.975, freedom);
}

/** What scorecards of several versions say together, each with the rows that it answered; no interval: nothing is held to it. */
export function cardsTogether(cards: readonly (readonly [Estimate, rows: number])[]): Estimate | undefined {
  const [first] = cards;
  if (first === undefined || cards.length === 1) return first?.[0];
  const rows = cards.reduce((sum, [, own]) => sum + own, 0);
  return { value: cards.reduce((sum, [card, own]) => sum + (card.value * own) / rows, 0), low: null, high: null };
}

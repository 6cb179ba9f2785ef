import { type AnalysisPlan, usualAnalysis } from './rolloutPlan.ts';
import { type Moments, meanBounds } from './sequentialMean.ts';
import { isShareAbove, shareBounds } from './sequentialShare.ts';
import { latencyBoundsMs, type PairedScores, scoreBins, type VariantTally } from './variantTally.ts';

/** What is known of a step: of the newcomer, and of the version that it is compared with, in one epoch. */
export interface StepEvidence {
  readonly newcomer: VariantTally;
  readonly rival: VariantTally;
  /** What the newcomer's share of both sides' requests is, by the routing. */
  readonly share: number;
  /** Of the scores of the same rows. */
  readonly paired: PairedScores;
  /** Undefined while no label is back. */
  readonly labelled?: LabelledLosses;
}

/** Of `newcomer - rival`, the log losses of the rows whose labels are back. */
export interface LabelledLosses extends Moments {
  /** Of which the rows are: those of one request are alike, and count as one. */
  readonly requests: number;
}

export type StepOutcome = 'pass' | 'fail' | 'inconclusive';

export interface StepVerdict {
  readonly outcome: StepOutcome;
  /** Of the newcomer. */
  readonly requests: number;
  readonly checks: readonly StepCheck[];
}

export interface StepCheck {
  readonly what: 'requests' | 'errors' | 'latency' | 'scores' | 'decisions' | 'quality';
  readonly outcome: StepOutcome;
  /** The figures, in one sentence. */
  readonly text: string;
}

/** What may be asked of a step: its own part of the plan's false alarms, and the requests below which it is not passed. */
export interface StepLimits {
  readonly alpha: number;
  readonly requests: number;
  readonly analysis?: AnalysisPlan;
}

/**
 * Judges a step by what it has seen so far. It may be asked after every request: each measure is a test that holds at all
 * looks together (`shareEvidence`, `meanBounds`), so that a version within the limits fails with a probability of at most
 * `alpha` however often it is looked at. Too few requests are an answer of their own, and labels that are not back are no
 * failure.
 */
export function judgeStep(
  evidence: StepEvidence,
  { alpha, requests, analysis = usualAnalysis }: StepLimits,
): StepVerdict {
  const each = alpha / measures;
  const checks = [
    enough(evidence, requests),
    errors(evidence, analysis, each),
    latency(evidence, analysis, each),
    scores(evidence, analysis, each),
    decisions(evidence, analysis, each),
    quality(evidence, analysis, each),
  ];
  const isFailed = checks.some(({ outcome }) => outcome === 'fail');
  const outcome = isFailed ? 'fail' : (checks[0]?.outcome ?? 'inconclusive');
  return { outcome, requests: asked(evidence.newcomer), checks };
}

/** Each gets the same part of the false alarms (Bonferroni). */
const measures = 5;

function enough({ newcomer }: StepEvidence, requests: number): StepCheck {
  const skipped = newcomer.skipped === 0 ? '' : `, ${counted(newcomer.skipped)} more skipped`;
  const text = `${counted(asked(newcomer))} of at least ${counted(requests)} requests${skipped}`;
  return { what: 'requests', outcome: asked(newcomer) >= requests ? 'pass' : 'inconclusive', text };
}

function errors({ newcomer, rival, share }: StepEvidence, analysis: AnalysisPlan, alpha: number): StepCheck {
  const [own, other] = [errorsOf(newcomer), errorsOf(rival)];
  const isWorse = isMoreOften(own, other, { share, limit: analysis.errors, alpha });
  const text = `${ofAll(own)} failed or were late, ${ofAll(other)} of version ${rival.version}`;
  return { what: 'errors', outcome: isWorse ? 'fail' : 'pass', text };
}

/** Requests that took longer than a bound, against those of the rival that took longer than its `times`th part. */
function latency(
  { newcomer, rival, share }: StepEvidence,
  { latency: limits }: AnalysisPlan,
  alpha: number,
): StepCheck {
  const bounds = latencyBoundsMs.filter((bound) => bound >= limits.aboveMs);
  const limit = { share, limit: 1 / 100, alpha: alpha / bounds.length };
  const slowerThan = (bound: number) =>
    isMoreOften(inBursts(slower(newcomer, bound)), inBursts(slower(rival, bound / limits.times)), limit);
  const found = bounds.findLast(slowerThan);
  const shown = found ?? bounds[0] ?? limits.aboveMs;
  const text =
    `${ofAll(slower(newcomer, shown))} took more than ${shown} ms, ` +
    `${ofAll(slower(rival, shown / limits.times))} of version ${rival.version} more than ${round(shown / limits.times)} ms`;
  return { what: 'latency', outcome: found === undefined ? 'pass' : 'fail', text };
}

/** The largest distance of cumulative shares (Kolmogorov 1933, Smirnov 1939) that is shown, and the paired mean. */
function scores({ newcomer, rival, paired }: StepEvidence, { scores: limits }: AnalysisPlan, alpha: number): StepCheck {
  const [own, other] = [cumulative(newcomer), cumulative(rival)];
  const gaps = own.shares.map((share, at) => Math.abs(share - (other.shares[at] ?? 0)));
  const cut = gaps.indexOf(Math.max(...gaps));
  const isApart = gaps.some(
    (gap, at) => gap > limits.distance && isGapShown(own, other, at, limits.distance, alpha / 2),
  );
  const mean = meanBounds(paired, Math.min(paired.rows, scored(newcomer), scored(rival)), alpha / 2);
  const isMoved = mean !== undefined && (mean.low > limits.mean || mean.high < -limits.mean);
  const text =
    `${percent(own.shares[cut] ?? 0)} of the scores are below ${round((cut + 1) / scoreBins)}, ` +
    `${percent(other.shares[cut] ?? 0)} of version ${rival.version}'s; of the same ${counted(paired.rows)} rows they ` +
    `differ by ${round(paired.rows === 0 ? 0 : paired.sum / paired.rows)} on average`;
  return { what: 'scores', outcome: isApart || isMoved ? 'fail' : 'pass', text };
}

function decisions(
  { newcomer, rival, paired }: StepEvidence,
  { scores: limits }: AnalysisPlan,
  alpha: number,
): StepCheck {
  const independent = Math.min(paired.rows, scored(newcomer), scored(rival));
  const share = paired.rows === 0 ? 0 : paired.decisions / paired.rows;
  const isOther = isShareAbove(share * independent, independent, limits.decisions, alpha);
  const text = `${ofAll({ count: paired.decisions, all: paired.rows }, 'rows')} are decided otherwise`;
  return { what: 'decisions', outcome: isOther ? 'fail' : 'pass', text };
}

function quality({ labelled }: StepEvidence, { logLoss }: AnalysisPlan, alpha: number): StepCheck {
  const bounds = labelled && meanBounds(labelled, labelled.requests, alpha);
  if (labelled === undefined || bounds === undefined) {
    return { what: 'quality', outcome: 'inconclusive', text: `${counted(labelled?.rows ?? 0)} labels are back` };
  }
  const text = `on ${counted(labelled.rows)} rows with labels the log loss differs by ${round(labelled.sum / labelled.rows)}`;
  return { what: 'quality', outcome: bounds.low > logLoss ? 'fail' : 'pass', text };
}

interface Part {
  readonly count: number;
  readonly all: number;
}

/**
 * Whether it is shown to happen to the newcomer in more than `limit` of its requests, and more often than to the rival:
 * of all requests to which it happens on either side, the newcomer would have no more than its share. That share is the
 * larger one of what the routing means and what came, so that a draw by sticky keys is no alarm. Both must be shown, so
 * that each may be at `alpha` (Berger 1982).
 */
function isMoreOften(
  own: Part,
  other: Part,
  by: { readonly share: number; readonly limit: number; readonly alpha: number },
) {
  if (!isShareAbove(own.count, own.all, by.limit, by.alpha)) return false;
  const share = Math.max(by.share, own.all / (own.all + other.all));
  return other.all === 0 || isShareAbove(own.count, own.count + other.count, share, by.alpha);
}

/** What was skipped says nothing of the version: it was not asked. */
function asked({ requests, skipped }: VariantTally): number {
  return requests - skipped;
}

function errorsOf(tally: VariantTally): Part {
  return { count: tally.failures + tally.late, all: asked(tally) };
}

/** Requests that took longer than the last bound that is not above `ms`. */
function slower({ latency: times }: VariantTally, ms: number): Part {
  const within = latencyBoundsMs.filter((bound) => bound <= ms).length;
  const add = (sum: number, each: number): number => sum + each;
  return { count: times.slice(within).reduce(add, 0), all: times.reduce(add, 0) };
}

/** One pause of a process is felt by many requests: so many that are slow together count as one. */
const requestsPerBurst = 10;

function inBursts({ count, all }: Part): Part {
  return { count: count / requestsPerBurst, all: all / requestsPerBurst };
}

interface Cumulative {
  /** Share of the scores below the end of each bin but the last. */
  readonly shares: readonly number[];
  /** Rows of one request are alike: a request counts once, however many rows it has. */
  readonly independent: number;
}

function cumulative(tally: VariantTally): Cumulative {
  const rows = tally.scores.reduce((sum, each) => sum + each, 0);
  let below = 0;
  const shares = tally.scores.slice(0, -1).map((each) => {
    below += each;
    return rows === 0 ? 0 : below / rows;
  });
  return { shares, independent: Math.min(rows, scored(tally)) };
}

function scored(tally: VariantTally): number {
  return Math.max(0, asked(tally) - tally.failures - tally.late);
}

/** Each cut and each side gets the same part of the false alarms. */
function isGapShown(own: Cumulative, other: Cumulative, at: number, limit: number, alpha: number): boolean {
  const each = alpha / (2 * own.shares.length);
  const boundsOf = ({ shares, independent }: Cumulative) =>
    shareBounds((shares[at] ?? 0) * independent, independent, each);
  const [a, b] = [boundsOf(own), boundsOf(other)];
  return a.low > b.high + limit || b.low > a.high + limit;
}

function ofAll({ count, all }: Part, of = 'requests'): string {
  return `${counted(count)} of ${counted(all)} ${of} (${percent(all === 0 ? 0 : count / all)})`;
}

function counted(count: number): string {
  return count.toLocaleString('en-US');
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 2 : 1)} %`;
}

function round(value: number): string {
  return String(Number(value.toPrecision(3)));
}

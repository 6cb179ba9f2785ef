import { decimals } from './decimals.ts';
import { estimateText } from './estimateText.ts';
import type { RivalRule } from './gatePlan.ts';
import { fewestHours } from './intervals.ts';
import { withoutValue } from './judgeLimit.ts';
import { higherIsBetter } from './metricDirection.ts';
import type { LookStanding } from './ruleNumbers.ts';
import { isNoWorse, subjectOf } from './ruleText.ts';
import type { Estimate, Finding } from './scorecard.ts';
import { studentQuantile } from './studentT.ts';
import { type JudgedOn, tellingRows, tellingText } from './tellingRows.ts';

/** What is tolerated: of one look of an uncorrected rule, and of all promotions of one whose looks are counted. */
const tolerated = 0.05;

/** Hourly looks of a year, for the errors that are to be expected. */
const looksOfAYear = 8_760;

/** The other model and the rows, for people; and the standing of a rule whose looks are counted. */
export interface AgainstRival extends JudgedOn {
  /** `champion version 6 (tables 3 hours older)`. */
  readonly rival: string;
  readonly standing?: LookStanding;
}

/**
 * Passed where the one-sided bound of the difference is on the right side of the margin, failed where it is shown at
 * one-sided 95 % to be on the wrong side. One-sided 95 % for most rules; one that is corrected for looks has the level
 * that its standing leaves it.
 */
export function judgeRival(rule: RivalRule, difference: Estimate | undefined, against: AgainstRival): Finding {
  const subject = subjectOf(rule);
  if (difference === undefined || Number.isNaN(difference.value)) return withoutValue(subject);
  const says = `${subject} against ${against.rival} differs by ${estimateText(difference)}`;
  const { standing, rows } = against;
  const level = tolerated * Math.min(1, standing?.part ?? 1);
  const gain = gainOf(rule, difference, level);
  const { value, low, high } = difference;
  const shared = { value, low, high, limit: gain.sign * gain.limit + 0, rows, level };
  const look = standing === undefined ? {} : { look: standing };
  if (gain.least === null || gain.most === null) {
    const numbers = { ...shared, ...look, bound: null };
    return { outcome: 'inconclusive', text: `${says}: rows of ${fewestHours} hours are needed for one`, numbers };
  }
  const numbers = { ...shared, bound: gain.sign * gain.least + 0, ...look };
  const claim = claimOf(rule);
  const bounded = `${says}, at worst ${decimals(numbers.bound)} (one-sided ${shareText(1 - level)})`;
  const looks = standing === undefined ? '' : `. ${standingText(standing, level)}`;
  if (meets(rule, gain.least)) return { outcome: 'passed', text: `${bounded}: ${claim}${looks}`, numbers };
  if (!meets(rule, gain.most)) return { outcome: 'failed', text: `${bounded}: not ${claim}${looks}`, numbers };
  const end = meets(rule, gain.value) ? gain.least : gain.most;
  const needs = tellingRows(Math.abs(gain.value - end), Math.abs(gain.value - gain.limit), against);
  const text = `${bounded}: may be ${claim} or not; ${tellingText(needs)}${looks}`;
  return { outcome: 'inconclusive', text, numbers: { ...numbers, ...needs } };
}

interface Gain {
  /** 1 where higher is better, else -1: from a gain to a difference. */
  readonly sign: 1 | -1;
  readonly value: number;
  /** The one-sided bound at the rule's level, and the one from above at 95 %. */
  readonly least: number | null;
  readonly most: number | null;
  readonly limit: number;
}

/** The difference as a gain: larger is better. */
function gainOf(rule: RivalRule, { value, low, high, freedom }: Estimate, level: number): Gain {
  const sign = higherIsBetter(rule.metric) ? 1 : -1;
  const shared = { sign, value: sign * value, limit: isNoWorse(rule) ? -rule.by : rule.by } as const;
  if (low === null || high === null) return { ...shared, least: null, most: null };
  const error = (high - low) / 2 / studentQuantile(0.975, freedom ?? usualFreedom);
  const reach = (share: number): number => studentQuantile(share, freedom ?? usualFreedom) * error;
  return { ...shared, least: shared.value - reach(1 - level), most: shared.value + reach(1 - tolerated) };
}

/** Of a day of even hours: cards of earlier code say no other. */
const usualFreedom = 23;

/** No worse by exactly the margin is no worse; better by exactly the margin is not better by more. */
function meets(rule: RivalRule, gain: number): boolean {
  return isNoWorse(rule) ? gain >= -rule.by : gain > rule.by;
}

function claimOf(rule: RivalRule): string {
  if (isNoWorse(rule)) return `no worse by more than ${rule.by}`;
  return rule.by === 0 ? 'better' : `better by more than ${rule.by}`;
}

function standingText({ look, promotions, waiting }: LookStanding, level: number): string {
  const later = waiting === 0 ? '' : `, ${waiting} of which share test rows with it`;
  const year = Number((level * looksOfAYear).toPrecision(2));
  const share = `at most ${shareText(tolerated)} of promotions are expected to be wrong`;
  return `Look ${look} after ${promotions} promotions${later}: ${share}, at this level ${year} in a year of hourly looks`;
}

/** `95 %`, `99.974 %`: two digits of what is missing. */
function shareText(share: number): string {
  const digits = Math.max(0, Math.ceil(-Math.log10(100 * Math.min(share, 1 - share))) + 1);
  return `${Number((100 * share).toFixed(digits))} %`;
}

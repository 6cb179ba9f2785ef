import { judge } from './gate.ts';
import { type GateRule, isCorrected } from './gatePlan.ts';
import { type Look, standingOf } from './lookStandings.ts';
import { ruleText } from './ruleText.ts';
import type { Reason, RuleOutcome, Scorecard, Verdict } from './scorecard.ts';
import type { Hour } from './time.ts';

/** A candidate that was judged before, oldest first. */
export interface PastCandidate {
  readonly version: number;
  readonly asOf: Hour;
  readonly outcome: RuleOutcome;
  /** Against the champion and the reference that were; or why there is none any more. */
  readonly card: Scorecard | { readonly gone: string };
  /** Whether the reference was set between the candidate before and this one: looks are counted anew. */
  readonly isAnewAnchored: boolean;
}

export interface TriedVerdict {
  readonly version: number;
  readonly asOf: Hour;
  readonly before: RuleOutcome;
  /** Null where it cannot be told. */
  readonly now: RuleOutcome | null;
  /** What decided it, or why it cannot be told: one sentence. */
  readonly why: string;
  readonly verdict?: Verdict;
}

/**
 * What another gate would have said of candidates, each against the champion that was: had it been in force, other
 * champions might have come. Looks are counted as if it had judged all of these, and no others.
 */
export function tryGate(rules: readonly GateRule[], past: readonly PastCandidate[], testMs: number): TriedVerdict[] {
  let looks: { readonly asOf: Hour; readonly passed: boolean; readonly rules: ReadonlySet<string> }[] = [];
  return past.map(({ version, asOf, outcome: before, card, isAnewAnchored }) => {
    if (isAnewAnchored) looks = [];
    if ('gone' in card) return { version, asOf, before, now: null, why: card.gone };
    const standings = rules.filter(isCorrected).map((rule) => {
      const text = ruleText(rule);
      const own: Look[] = looks.filter((look) => look.rules.has(text));
      return [text, standingOf(own, asOf, testMs)] as const;
    });
    const verdict = judge(rules, card, Object.fromEntries(standings));
    const looked = verdict.reasons.filter(({ numbers }) => numbers?.look !== undefined).map(({ rule }) => rule);
    looks.push({ asOf, passed: verdict.passed, rules: new Set(looked) });
    return { version, asOf, before, ...told(verdict), verdict };
  });
}

/** A rule without data is no verdict; but what another rule fails has failed. */
function told({ outcome, reasons }: Verdict): { now: RuleOutcome | null; why: string } {
  const blind = reasons.find(({ numbers, outcome }) => numbers === undefined && outcome === 'inconclusive');
  if (outcome !== 'failed' && blind !== undefined) return { now: null, why: textOf(blind) };
  const deciding = reasons.find((reason) => reason.outcome === outcome);
  return { now: outcome, why: outcome === 'passed' || deciding === undefined ? 'all rules pass' : textOf(deciding) };
}

function textOf({ rule, text }: Reason): string {
  return `${rule}: ${text}`;
}

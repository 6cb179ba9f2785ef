import { type GateRule, isCorrected } from './gatePlan.ts';
import type { LedgerEntry } from './ledger.ts';
import { lookPart } from './lookPart.ts';
import type { LookStanding } from './ruleNumbers.ts';
import { ruleText } from './ruleText.ts';
import type { Verdict } from './scorecard.ts';
import { type Hour, hourMs, hourStart } from './time.ts';

/**
 * Where each counted rule of a gate stands before a candidate of `asOf` is judged, by the ledger alone, whose chain of
 * hashes pins it: by the text of the rule. A new reference, which a person's word gives, or another margin begins a new count.
 */
export function lookStandings(
  rules: readonly GateRule[],
  entries: readonly LedgerEntry[],
  asOf: Hour,
  testMs: number,
): Record<string, LookStanding> {
  // A refresh bears the verdict that its weights were given: nobody looked again.
  const verdicts = sinceReference(entries).flatMap(({ event }) =>
    event.kind === 'registered' && event.record.refresh === undefined ? [event.record] : [],
  );
  const standings = rules.filter(isCorrected).map((rule) => {
    const text = ruleText(rule);
    const looks = verdicts.filter(({ verdict }) => wasLookedAt(verdict, text));
    return [
      text,
      standingOf(
        looks.map(({ asOf, verdict }) => ({ asOf, passed: verdict.passed })),
        asOf,
        testMs,
      ),
    ] as const;
  });
  return Object.fromEntries(standings);
}

/** A gate that judged by a rule. */
export interface Look {
  readonly asOf: Hour;
  readonly passed: boolean;
}

/** What earlier looks, in their order, leave to one at `asOf`. */
export function standingOf(looks: readonly Look[], asOf: Hour, testMs: number): LookStanding {
  const hours = [...looks.map((look) => look.asOf), asOf].map((hour) => hourStart(hour) / hourMs);
  const now = looks.length;
  const shares = (a: number, b: number): boolean => Math.abs((hours[a] ?? 0) - (hours[b] ?? 0)) * hourMs < testMs;
  const promotions = looks.flatMap(({ passed }, at) => (passed ? [at] : []));
  const counting = promotions.filter((at) => !shares(at, now));
  const countsFrom = counting.map((at) => {
    let first = at + 1;
    while (shares(at, first)) first += 1;
    return first + 1;
  });
  const part = lookPart(now + 1, countsFrom);
  return { look: now + 1, promotions: promotions.length, waiting: promotions.length - counting.length, part };
}

/** Where a rule stands that never looked before. */
export const firstLook: LookStanding = { look: 1, promotions: 0, waiting: 0, part: lookPart(1, []) };

function sinceReference(entries: readonly LedgerEntry[]): readonly LedgerEntry[] {
  const moved = entries.findLastIndex(
    ({ event, aliases }, at) =>
      event.kind === 'made reference' || aliases.reference !== entries[at - 1]?.aliases.reference,
  );
  return entries.slice(moved + 1);
}

/** A rule that passed for want of a rival was no look. */
function wasLookedAt({ reasons }: Verdict, text: string): boolean {
  return reasons.some(({ rule, numbers }) => rule === text && numbers?.look !== undefined);
}

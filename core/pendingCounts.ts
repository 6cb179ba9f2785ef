import type { AlertStanding, LookEvent, PartCount } from './alert.ts';
import { canonicalJson } from './canonicalJson.ts';

/**
 * How often in a row something was off or fine, of rules where that told nobody anything yet: a figure that comes and goes
 * would write an entry of the log at each look. It stands in the copy; where that is lost these are counted anew.
 */
export type PendingCounts = Readonly<Record<string, PendingCount>>;

export interface PendingCount {
  /** The look that last changed the rule in the log: another one has made this void. */
  readonly on: string | null;
  readonly counts: readonly PartCount[];
}

/** What the log says, with what was counted since. What a person resolved is counted anew. */
export function withPending(standing: AlertStanding, pending: PendingCounts): AlertStanding {
  const rules = Object.entries(pending).flatMap(([rule, { on, counts }]) => {
    const held = standing.rules[rule];
    const isValid = on === (held?.look ?? null) && firingIn(counts) === firingIn(held?.counts ?? []);
    return isValid ? [[rule, { look: on, counts }] as const] : [];
  });
  return { ...standing, rules: { ...standing.rules, ...Object.fromEntries(rules) } };
}

/** Whether an entry is to tell of it: somebody is to be told, or another part fires than before. */
export function isWritten({ kind, rule, counts }: LookEvent, before: AlertStanding): boolean {
  return kind !== 'counted' || firingIn(counts) !== firingIn(before.rules[rule]?.counts ?? []);
}

/** What was counted, by rule, as far as the log does not say it. */
export function pendingCounts(
  counted: ReadonlyMap<string, readonly PartCount[]>,
  { rules }: AlertStanding,
): PendingCounts {
  const pending = [...counted].filter(
    ([rule, counts]) => canonicalJson(counts) !== canonicalJson(rules[rule]?.counts ?? []),
  );
  return Object.fromEntries(pending.map(([rule, counts]) => [rule, { on: rules[rule]?.look ?? null, counts }]));
}

function firingIn(counts: readonly PartCount[]): string {
  return canonicalJson(counts.filter(({ firing }) => firing).map(({ monitor, about }) => [monitor, about]));
}

import type { AlertStanding } from './alert.ts';
import type { PendingCounts } from './pendingCounts.ts';
import { isSilenced } from './silences.ts';
import type { AlertSeverity } from './watchPlan.ts';

/** Where the copy lies. */
export function alertsCopyKey(pipeline: string): string {
  return `alerts/${pipeline}/newest.json`;
}

/**
 * What is open, at `alerts/<pipeline>/newest.json`: a copy, for metrics, that names its entry and the newest look, with what
 * is counted since.
 */
export interface AlertsCopy {
  /** The newest entry of the log; 0 before the first. */
  readonly n: number;
  /** The newest look that was judged, ISO time, UTC; a look that is older counts no more. */
  readonly look: string | null;
  /** From one look to the next; null before the first. */
  readonly everyMs: number | null;
  readonly pending: PendingCounts;
  /** Of the plan of that look. */
  readonly rules: readonly RuleState[];
}

export interface RuleState {
  readonly rule: string;
  readonly severity: AlertSeverity;
  /** How many parts of it fire; 0 while none does. */
  readonly firing: number;
  readonly acknowledged: boolean;
  readonly silenced: boolean;
}

/** The copy with what the log says by its entry. `at`: ISO time, UTC. */
export function alertsCopyOf(
  { rules, ...copy }: Omit<AlertsCopy, 'rules'> & { readonly rules: readonly Pick<RuleState, 'rule' | 'severity'>[] },
  standing: AlertStanding,
  at: string,
): AlertsCopy {
  return { ...copy, rules: rules.map(({ rule, severity }) => ruleState(rule, severity, standing, at)) };
}

function ruleState(rule: string, severity: AlertSeverity, { alerts, silences }: AlertStanding, at: string): RuleState {
  const open = alerts.find((alert) => alert.rule === rule && alert.state === 'firing');
  const firing = (open?.parts ?? []).filter((part) => part.firing).map(({ finding }) => finding);
  return {
    rule,
    severity,
    firing: firing.length,
    acknowledged: (open?.acknowledged ?? null) !== null,
    silenced: isSilenced({ rule, severity, firing }, silences, at),
  };
}

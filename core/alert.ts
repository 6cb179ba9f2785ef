import type { Look, MonitorFinding } from './look.ts';
import type { AlertSeverity } from './watchPlan.ts';

/** What an activity is asked to judge: the key of a kept look, or the look itself. */
export interface LookToJudge {
  readonly pipeline: string;
  readonly look: string | Look;
}

/** One receiver that is yet to be told of one entry of the log of alerts: the input of the workflow `notify`. */
export interface Notice {
  /**
   * The id of the workflow that tells it, and of the message on its way (`webhook-id`): `notify/<pipeline>/<entry>/<receiver>/`
   * and the beginning of the entry's SHA-256. Whoever tells again tells under the same id.
   */
  readonly id: string;
  readonly pipeline: string;
  /** The entry's number in the log. */
  readonly entry: number;
  /** The receiver's name in the plan. */
  readonly receiver: string;
}

/**
 * One entry of the log of a pipeline's alerts, at `alerts/<pipeline>/<n>.json`: create-only, each with the hash of the one
 * before. What is open is said by the newest.
 */
export interface AlertEntry {
  /** Counted from 1. */
  readonly n: number;
  readonly event: AlertEvent;
  /** ISO, UTC: of a look's, when it was taken. */
  readonly at: string;
  readonly who: string;
  readonly why: string;
  /** SHA-256 of the entry before; null for the first. */
  readonly previous: string | null;
  /** After it. */
  readonly standing: AlertStanding;
}

export type AlertEvent = LookEvent | PersonEvent | TellingEvent | CutEvent;

/** What a look made of one rule: at most one entry. */
export type LookEvent =
  /** Nobody is told: a part of several fires no more. What is counted meanwhile stands in the copy alone. */
  | ({ readonly kind: 'counted' } & RuleChange)
  /** Also a second time, where it began while it was silenced, and the silence is over. */
  | ({ readonly kind: 'fired' | 'updated' | 'resolved' } & RuleChange & AlertChange);

export interface RuleChange {
  /** The name of the rule. */
  readonly rule: string;
  /** When the look was taken: ISO time, UTC. */
  readonly look: string;
  /** After the look; what is neither off nor firing is left out. */
  readonly counts: readonly PartCount[];
}

export interface AlertChange {
  /** The number of the entry that it first fired in. */
  readonly alert: number;
  readonly severity: AlertSeverity;
  /** Those that are new. */
  readonly parts: readonly AlertPart[];
  readonly silenced: boolean;
  /** The receivers that are to be told of it; nobody while it is silenced. */
  readonly to: readonly string[];
}

export type PersonEvent =
  | { readonly kind: 'acknowledged'; readonly alert: number }
  /** Resolved by a person; whoever was told of it is told of that. */
  | { readonly kind: 'closed'; readonly alert: number }
  | { readonly kind: 'silenced'; readonly until: string; readonly match: SilenceMatch }
  | { readonly kind: 'unsilenced'; readonly silence: number };

/** `untold`: it was given up, and the entry's `why` says why. */
export interface TellingEvent {
  readonly kind: 'told' | 'untold';
  readonly alert: number;
  readonly entry: number;
  readonly receiver: string;
}

/** The entries before `begins` are kept no more. Whoever holds the log to its chain begins there. */
export interface CutEvent extends LogStart {
  readonly kind: 'cut';
}

export interface LogStart {
  /** The number of the first entry that is kept. */
  readonly begins: number;
  /** SHA-256 of the entry before it. */
  readonly previous: string | null;
}

/** What the log says by its newest entry. */
export interface AlertStanding {
  /** By the rules' names. */
  readonly rules: Readonly<Record<string, RuleStanding>>;
  /** Those that are firing, and those that are over while somebody is yet to be told of them; oldest first. */
  readonly alerts: readonly Alert[];
  readonly silences: readonly Silence[];
  /** Left out: with entry 1. */
  readonly start?: LogStart;
}

export interface RuleStanding {
  /** The newest look that changed it; null before the first. */
  readonly look: string | null;
  readonly counts: readonly PartCount[];
}

/** Of what one monitor finds of one thing: looks in a row. */
export interface PartCount {
  readonly monitor: string;
  readonly about: string;
  readonly off: number;
  readonly fine: number;
  /** Whether it was off in as many as the rule asks for, and has not been fine in as many since. */
  readonly firing: boolean;
}

/** All that one rule found, from the first part that fired to the last that is fine. */
export interface Alert {
  /** The number of the entry that it first fired in. */
  readonly alert: number;
  readonly rule: string;
  readonly severity: AlertSeverity;
  readonly state: 'firing' | 'resolved';
  readonly firedAt: string;
  readonly changedAt: string;
  /** All that were part of it. */
  readonly parts: readonly AlertPart[];
  readonly acknowledged: { readonly who: string; readonly why: string; readonly at: string } | null;
  /** True where the last of it was not told, for it was silenced: it is when the silence is over. */
  readonly hushed: boolean;
  /** The receivers that were told of it, or will be: they are told of its end. */
  readonly told: readonly string[];
  /** The entries that each receiver is yet to be told of, oldest first. */
  readonly waiting: Readonly<Record<string, readonly number[]>>;
}

export interface AlertPart {
  readonly firing: boolean;
  /** When it fired: ISO time, UTC. */
  readonly since: string;
  /** What was found then. */
  readonly finding: MonitorFinding;
}

export interface Silence {
  /** The number of its entry. */
  readonly silence: number;
  readonly match: SilenceMatch;
  readonly until: string;
  readonly who: string;
  readonly why: string;
}

/** All that are given must fit; `*` stands for any text. An alert is silenced while each of its firing parts is. */
export interface SilenceMatch {
  /** A rule's name. */
  readonly rule?: string;
  readonly severity?: AlertSeverity;
  readonly monitor?: string;
  readonly about?: string;
}

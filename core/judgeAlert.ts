import type { Alert, AlertPart, AlertStanding, LookEvent, PartCount } from './alert.ts';
import { canonicalJson } from './canonicalJson.ts';
import type { Look, MonitorFinding } from './look.ts';
import { alertRulesOf, ownFindings } from './ownAlerts.ts';
import { isSilenced } from './silences.ts';
import { hourMs } from './time.ts';
import type { AlertPlan, AlertSeverity, ReceiverPlan, WatchPlan } from './watchPlan.ts';

/**
 * The rules that a look is judged by: those of the plan and its own, and those of which something is left though the plan has them no
 * more. Of these everything is over.
 */
export function rulesToJudge(standing: AlertStanding, watch: WatchPlan): AlertPlan[] {
  const alerts = alertRulesOf(watch);
  const gone = Object.keys(standing.rules).filter((name) => !alerts.some((rule) => rule.name === name));
  const severityOf = (name: string) => openAlert(standing, name)?.severity ?? 'note';
  return [...alerts, ...gone.map((name) => ({ name, on: [], severity: severityOf(name), after: 1, until: 1 }))];
}

/**
 * What a look makes of one rule, to be written as entry `n`; null where it changes nothing. A look that was judged before,
 * and one that is older than the newest that counted, change nothing. `nowMs`: of this machine, ms UTC; see `isOutdated`.
 */
export function judgeAlert(
  standing: AlertStanding,
  n: number,
  rule: AlertPlan,
  look: Look,
  watch: WatchPlan,
  nowMs = Number.POSITIVE_INFINITY,
): LookEvent | null {
  const { look: newest, counts: before } = standing.rules[rule.name] ?? { look: null, counts: [] };
  if (isOutdated(look.at, newest, nowMs)) return null;
  const own = ownFindings(rule, look, watch.monitors);
  const watched = watch.monitors.filter(({ id, kind }) => rule.on.includes(id) || rule.on.includes(kind));
  const ids = new Set(own?.map(({ monitor }) => monitor) ?? watched.map(({ id }) => id));
  const findings = own ?? look.findings.filter(({ monitor }) => ids.has(monitor));
  const counts = countsAfter(before, rule, findings, ids);
  const parts = begunParts(before, counts, findings, look.at);
  const change = { rule: rule.name, look: look.at, counts };
  const told = toTell(standing, rule, parts, counts, look.at, watch.receivers);
  if (told !== null) {
    const { alert = n, ...others } = told;
    return { ...change, alert, severity: rule.severity, parts, ...others };
  }
  return canonicalJson(before) === canonicalJson(counts) ? null : { kind: 'counted', ...change };
}

/**
 * Whether a look says nothing beside the newest that was judged, itself or a later one. One from farther ahead than clocks
 * differ was dated by a clock that was wrong: it outdates nothing but itself, or nobody would be told until then.
 */
export function isOutdated(at: string, newest: string | null, nowMs: number): boolean {
  if (newest === null) return false;
  const isWrong = Date.parse(newest) > nowMs + aheadMs;
  return isWrong ? at === newest : Date.parse(at) <= Date.parse(newest);
}

const aheadMs = hourMs;

/** The alert of a rule that is firing. */
export function openAlert(standing: AlertStanding, rule: string): Alert | undefined {
  return standing.alerts.find((alert) => alert.rule === rule && alert.state === 'firing');
}

/** Of one monitor of one pipeline, what something is about is unique. */
export function isSamePart(one: PartName, other: PartName): boolean {
  return one.monitor === other.monitor && one.about === other.about;
}

interface PartName {
  readonly monitor: string;
  readonly about: string;
}

/** Those who are told of alerts as grave as this. */
function receiversOf(receivers: readonly ReceiverPlan[], severity: AlertSeverity): string[] {
  return receivers.filter(({ severities }) => severities?.includes(severity) ?? true).map(({ name }) => name);
}

function countsAfter(
  before: readonly PartCount[],
  rule: AlertPlan,
  findings: readonly MonitorFinding[],
  watched: ReadonlySet<string>,
): PartCount[] {
  const found = findings.map((finding) => {
    const { monitor, about, state } = finding;
    const count = before.find((part) => isSamePart(part, finding));
    return counted(count ?? { monitor, about, off: 0, fine: 0, firing: false }, state, rule);
  });
  const missing = before.filter((part) => !findings.some((finding) => isSamePart(finding, part)));
  const left = missing.map((part) => counted(part, stateOfMissing(part, findings, watched), rule));
  return [...found, ...left].filter(({ off }) => off > 0).sort(byName);
}

/**
 * What a monitor finds nothing of any more, though it has something to say of others, is fine: a version that answers no
 * more is not bad. Of what no monitor watches any more there is nothing to wait for.
 */
function stateOfMissing(
  { monitor }: PartCount,
  findings: readonly MonitorFinding[],
  watched: ReadonlySet<string>,
): MonitorFinding['state'] | 'not watched' {
  if (!watched.has(monitor)) return 'not watched';
  const saysSomething = findings.some((one) => one.monitor === monitor && one.state !== 'too little to say');
  return saysSomething ? 'fine' : 'too little to say';
}

/** Counts no further than the rule asks for: what goes on as it is changes nothing. */
function counted(
  part: PartCount,
  state: MonitorFinding['state'] | 'not watched',
  { after, until }: AlertPlan,
): PartCount {
  const over = { ...part, off: 0, fine: 0, firing: false };
  if (state === 'too little to say') return part;
  if (state === 'not watched') return over;
  if (state === 'fine') return part.firing && part.fine + 1 < until ? { ...part, fine: part.fine + 1 } : over;
  if (part.firing) return { ...part, fine: 0 };
  return { ...part, off: part.off + 1, firing: part.off + 1 >= after };
}

function byName(one: PartName, other: PartName): number {
  const [a, b] = [`${one.monitor}\n${one.about}`, `${other.monitor}\n${other.about}`];
  return a < b ? -1 : a > b ? 1 : 0;
}

function begunParts(
  before: readonly PartCount[],
  counts: readonly PartCount[],
  findings: readonly MonitorFinding[],
  since: string,
): AlertPart[] {
  return findings.flatMap((finding) => {
    const isFiring = (parts: readonly PartCount[]) => parts.some((part) => part.firing && isSamePart(part, finding));
    return isFiring(counts) && !isFiring(before) ? [{ firing: true, since, finding }] : [];
  });
}

interface ToTell {
  readonly kind: 'fired' | 'updated' | 'resolved';
  /** Left out: a new one. */
  readonly alert?: number;
  readonly silenced: boolean;
  readonly to: readonly string[];
}

/** Null where there is nothing to tell. Whoever was told that it fired is told that it is over, also in a silence. */
function toTell(
  standing: AlertStanding,
  rule: AlertPlan,
  begun: readonly AlertPart[],
  counts: readonly PartCount[],
  at: string,
  receivers: readonly ReceiverPlan[],
): ToTell | null {
  const open = openAlert(standing, rule.name);
  const firing = counts.filter((part) => part.firing);
  const silenced = isSilenced({ rule: rule.name, severity: rule.severity, firing }, standing.silences, at);
  const to = silenced ? [] : receiversOf(receivers, rule.severity);
  if (open === undefined) return firing.length === 0 ? null : { kind: 'fired', silenced, to };
  const { alert, hushed, told } = open;
  if (firing.length === 0) return { kind: 'resolved', alert, silenced, to: told };
  if (hushed && !silenced) return { kind: told.length === 0 ? 'fired' : 'updated', alert, silenced, to };
  return begun.length === 0 ? null : { kind: 'updated', alert, silenced, to };
}

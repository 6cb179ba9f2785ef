import type { Alert, AlertEntry, AlertPart, AlertStanding, LookEvent, PartCount, TellingEvent } from './alert.ts';
import { isSamePart } from './judgeAlert.ts';
import { isInForce } from './silences.ts';

/** Before the first entry. */
export const nothingYet: AlertStanding = { rules: {}, alerts: [], silences: [] };

/** What the log says once an entry is written: its standing is the fold of all entries up to it. */
export function standingAfter(before: AlertStanding, entry: Omit<AlertEntry, 'standing' | 'previous'>): AlertStanding {
  const { n, event, at, who, why } = entry;
  switch (event.kind) {
    case 'counted':
    case 'fired':
    case 'updated':
    case 'resolved':
      return afterLook(before, event, entry);
    case 'acknowledged':
      return withAlert(before, event.alert, (alert) => ({ ...alert, acknowledged: { who, why, at } }));
    case 'closed':
      return afterClosed(before, event, entry);
    case 'silenced': {
      const { match, until } = event;
      return { ...before, silences: [...before.silences, { silence: n, match, until, who, why }] };
    }
    case 'unsilenced':
      return { ...before, silences: before.silences.filter(({ silence }) => silence !== event.silence) };
    case 'cut':
      return { ...before, start: { begins: event.begins, previous: event.previous } };
    case 'told':
    case 'untold':
      return withAlert(before, event.alert, (alert) => withoutWaiting(alert, event));
  }
}

type Written = Pick<AlertEntry, 'n' | 'at'>;

function afterLook(before: AlertStanding, event: LookEvent, entry: Written): AlertStanding {
  const { rule, look, counts } = event;
  const alerts = event.kind === 'counted' ? before.alerts : alertsAfter(before.alerts, event, entry);
  return {
    ...before,
    rules: { ...before.rules, [rule]: { look, counts } },
    alerts: alerts.map((alert) => withFiring(alert, rule, counts)).filter(isOfInterest),
    silences: before.silences.filter((silence) => isInForce(silence, look)),
  };
}

function alertsAfter(
  alerts: readonly Alert[],
  event: Exclude<LookEvent, { kind: 'counted' }>,
  { n, at }: Written,
): readonly Alert[] {
  const { alert, rule, severity, kind, parts, silenced, to } = event;
  const known = alerts.find((one) => one.alert === alert) ?? {
    ...{ alert, rule, severity, state: 'firing' as const, firedAt: at, changedAt: at },
    ...{ parts: [], acknowledged: null, hushed: true, told: [], waiting: {} },
  };
  const others = known.parts.filter((part) => !parts.some(({ finding }) => isSamePart(finding, part.finding)));
  const changed: Alert = {
    ...known,
    severity,
    state: kind === 'resolved' ? 'resolved' : 'firing',
    changedAt: at,
    parts: [...others, ...parts],
    hushed: kind === 'resolved' ? known.hushed : silenced,
    told: [...new Set([...known.told, ...to])],
    waiting: withWaiting(known.waiting, to, n),
  };
  const isKnown = alerts.some((one) => one.alert === alert);
  return isKnown ? alerts.map((one) => (one.alert === alert ? changed : one)) : [...alerts, changed];
}

/** The parts that fire are those that the rule's counts say. */
function withFiring(alert: Alert, rule: string, counts: readonly PartCount[]): Alert {
  if (alert.rule !== rule) return alert;
  const isFiring = (finding: { monitor: string; about: string }) =>
    alert.state === 'firing' && counts.some((count) => count.firing && isSamePart(count, finding));
  const parts = alert.parts.map((part) => ({ ...part, firing: isFiring(part.finding) }));
  return { ...alert, parts: withoutOldest(parts) };
}

/** An alert that fires for weeks, of one version after the other, keeps all parts that fire and the last that are over. */
function withoutOldest(parts: readonly AlertPart[]): AlertPart[] {
  const over = parts.filter((part) => !part.firing);
  const kept = new Set(over.slice(-partsOverKept));
  return parts.filter((part) => part.firing || kept.has(part));
}

const partsOverKept = 50;

/** The rule begins to count anew: what is off still fires again in its time. */
function afterClosed(before: AlertStanding, { alert }: { readonly alert: number }, { n, at }: Written): AlertStanding {
  const rule = before.alerts.find((one) => one.alert === alert)?.rule ?? '';
  const held = before.rules[rule];
  const rules = held === undefined ? before.rules : { ...before.rules, [rule]: { ...held, counts: [] } };
  return withAlert({ ...before, rules }, alert, (one) => ({
    ...one,
    state: 'resolved',
    changedAt: at,
    parts: one.parts.map((part) => ({ ...part, firing: false })),
    waiting: withWaiting(one.waiting, one.told, n),
  }));
}

function withAlert(before: AlertStanding, wanted: number, change: (alert: Alert) => Alert): AlertStanding {
  const alerts = before.alerts.map((one) => (one.alert === wanted ? change(one) : one));
  return { ...before, alerts: alerts.filter(isOfInterest) };
}

function withWaiting(waiting: Alert['waiting'], to: readonly string[], n: number): Alert['waiting'] {
  return { ...waiting, ...Object.fromEntries(to.map((receiver) => [receiver, [...(waiting[receiver] ?? []), n]])) };
}

function withoutWaiting(alert: Alert, { receiver, entry }: TellingEvent): Alert {
  const left = (alert.waiting[receiver] ?? []).filter((n) => n !== entry);
  const { [receiver]: _told, ...others } = alert.waiting;
  return { ...alert, waiting: left.length === 0 ? others : { ...others, [receiver]: left } };
}

function isOfInterest({ state, waiting }: Alert): boolean {
  return state === 'firing' || Object.keys(waiting).length > 0;
}

import type { Alert, AlertEvent, AlertPart, AlertStanding } from './alert.ts';
import { alertEnd, type JudgedLook } from './alertEnd.ts';
import { matchText } from './silences.ts';

/** What happened, for a line of the log: `alert 7 fired: slow`. */
export function alertEventText(event: AlertEvent): string {
  switch (event.kind) {
    case 'counted':
      return `counted for ${event.rule}`;
    case 'fired':
    case 'updated':
    case 'resolved':
      return `alert ${event.alert} ${event.kind}: ${event.rule}`;
    case 'acknowledged':
      return `alert ${event.alert} acknowledged`;
    case 'closed':
      return `alert ${event.alert} resolved by hand`;
    case 'silenced':
      return `silenced until ${event.until}: ${matchText(event.match)}`;
    case 'unsilenced':
      return `silence ${event.silence} ended`;
    case 'cut':
      return `entries before ${event.begins} are kept no more`;
    case 'told':
      return `${event.receiver} told of entry ${event.entry}`;
    case 'untold':
      return `${event.receiver} not told of entry ${event.entry}`;
  }
}

/** Why a look fired, updated or resolved an alert: what was found, in the words of the findings that it was judged by. */
export function alertReason(event: AlertEvent, before: AlertStanding, look: JudgedLook): string {
  if (event.kind === 'counted') return 'not for long enough yet';
  if (event.kind !== 'fired' && event.kind !== 'updated' && event.kind !== 'resolved') return '';
  const known = before.alerts.find(({ alert }) => alert === event.alert)?.parts ?? [];
  if (event.kind === 'resolved') return alertEnd(known, look, listed);
  if (event.parts.length > 0) return partsText(event.parts);
  return `no longer silenced: ${partsText(known.filter(({ firing }) => firing))}`;
}

/** Where it stands, in a word or two: `firing, acknowledged by ana`. */
export function alertStateText({ state, acknowledged, hushed }: Alert): string {
  const by = acknowledged === null ? '' : `, acknowledged by ${acknowledged.who}`;
  return `${state}${by}${hushed ? ', silenced' : ''}`;
}

function partsText(parts: readonly AlertPart[]): string {
  return listed(parts.map(({ finding }) => finding.text));
}

const partsTold = 3;

function listed(texts: readonly string[]): string {
  const more = texts.length - partsTold;
  return [...texts.slice(0, partsTold), ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

import type { Alert, AlertEntry, AlertPart, Notice } from './alert.ts';

/** A CloudEvents 1.0 event in JSON, as a receiver of alerts is sent it. */
export interface AlertMessage {
  readonly specversion: '1.0';
  /** The notice's id, which is the `webhook-id` as well: the same however often it is sent. */
  readonly id: string;
  readonly source: string;
  readonly type: `whetstone.alert.${AlertNews}`;
  /** The rule's name. */
  readonly subject: string;
  /** When the look was taken, or a person spoke: ISO, UTC. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  /** The number of the entry, in ten digits: CloudEvents' extension `sequence`. */
  readonly sequence: string;
  readonly data: AlertData;
}

export type AlertNews = 'fired' | 'updated' | 'resolved';

export interface AlertData {
  readonly pipeline: string;
  /** With the pipeline it names the alert, from the first message to the last. */
  readonly alert: number;
  readonly rule: string;
  readonly severity: Alert['severity'];
  readonly state: Alert['state'];
  readonly firedAt: string;
  readonly why: string;
  /** Those that were part of it, as many as a message holds, those that fire first. */
  readonly parts: readonly AlertPart[];
  /** How many parts there are in all. */
  readonly partsInAll: number;
}

/** What is said of an entry of the log. Null where the entry is none that anybody is told of. */
export function alertMessage({ id, pipeline }: Notice, entry: AlertEntry): AlertMessage | null {
  const { n, event, at, why, standing } = entry;
  const news = newsOf(event.kind);
  const alert = 'alert' in event ? standing.alerts.find((one) => one.alert === event.alert) : undefined;
  if (news === null || alert === undefined) return null;
  const { rule, severity, state, firedAt } = alert;
  const parts = [...alert.parts].sort((one, other) => Number(other.firing) - Number(one.firing));
  return {
    specversion: '1.0',
    id,
    source: `/pipelines/${pipeline}`,
    type: `whetstone.alert.${news}`,
    subject: rule,
    time: at,
    datacontenttype: 'application/json',
    sequence: String(n).padStart(10, '0'),
    data: {
      ...{ pipeline, alert: alert.alert, rule, severity, state, firedAt, why },
      ...{ parts: firstOf(parts), partsInAll: parts.length },
    },
  };
}

function newsOf(kind: AlertEntry['event']['kind']): AlertNews | null {
  if (kind === 'closed') return 'resolved';
  return kind === 'fired' || kind === 'updated' || kind === 'resolved' ? kind : null;
}

/** Receivers ask for messages of 20 KB at most (Standard Webhooks, "Payload size"): the characters of the parts' JSON. */
const mostOfParts = 16_000;

function firstOf(parts: readonly AlertPart[]): readonly AlertPart[] {
  let length = 0;
  const tooMany = parts.findIndex((part) => {
    length += JSON.stringify(part).length;
    return length > mostOfParts;
  });
  return tooMany === -1 ? parts : parts.slice(0, Math.max(1, tooMany));
}

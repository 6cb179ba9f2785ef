import type { Alert, AlertEvent, AlertStanding, SilenceMatch } from './alert.ts';
import { alertStateText } from './alertText.ts';
import { WhetError } from './errors.ts';
import { isInForce } from './silences.ts';
import { durationMs } from './time.ts';
import { alertSeverities } from './watchPlan.ts';

/** What people say to the alerts of a pipeline. */
export const alertWords = ['acknowledge', 'resolve', 'silence', 'unsilence'] as const;
export type AlertWord = (typeof alertWords)[number];

/** A person's word as it came, checked: what it does to the log, and who says so. */
export interface SpokenAlertEvent {
  readonly event: AlertEvent;
  readonly who: string;
  readonly why: string;
}

export const alertExamples: Readonly<Record<AlertWord, string>> = {
  acknowledge: '{"alert": 12, "who": "ana", "why": "looking into it"}',
  resolve: '{"alert": "staleness", "who": "ana", "why": "the source was late"}',
  silence: '{"rule": "input-drift", "for": "2 hours", "who": "ana", "why": "a holiday"}',
  unsilence: '{"silence": 5, "who": "ana", "why": "the holiday is over"}',
};

/**
 * What a word does to what the log says at that time; null where it is so already. An alert is named by its number, or by
 * its rule. Throws `input.invalid`, `duration.invalid`, and `alert.unknown` for what is not open or not in force.
 */
export function spokenAlertEvent(
  standing: AlertStanding,
  word: AlertWord,
  input: unknown,
  nowMs: number,
): SpokenAlertEvent | null {
  const fields = fieldsOf(word, input);
  const { who, why } = fields as { readonly who: string; readonly why: string };
  const event = events[word](standing, fields, nowMs);
  return event === null ? null : { event, who, why };
}

/** Whether receivers are told of such a word, or of what it held back. */
export function isTold(word: AlertWord): boolean {
  return word === 'resolve' || word === 'unsilence';
}

type Fields = Readonly<Record<string, unknown>>;
type Events = (standing: AlertStanding, fields: Fields, nowMs: number) => AlertEvent | null;

const events: Readonly<Record<AlertWord, Events>> = {
  acknowledge(standing, fields) {
    const { alert, acknowledged } = open(standing, fields.alert);
    return acknowledged === null ? { kind: 'acknowledged', alert } : null;
  },
  resolve: (standing, fields) => ({ kind: 'closed', alert: open(standing, fields.alert).alert }),
  silence: (_, fields, nowMs) => ({ kind: 'silenced', until: untilOf(fields, nowMs), match: matchOf(fields) }),
  unsilence(standing, { silence }, nowMs) {
    const inForce = standing.silences.filter((one) => isInForce(one, new Date(nowMs).toISOString()));
    if (inForce.some((one) => one.silence === silence)) return { kind: 'unsilenced', silence: Number(silence) };
    const numbers = inForce.map((one) => one.silence).join(', ');
    throw unknown(`a silence that is in force (${numbers || 'none is'})`, silence);
  },
};

const fieldNames: Readonly<Record<AlertWord, readonly string[]>> = {
  acknowledge: ['alert'],
  resolve: ['alert'],
  silence: ['rule', 'severity', 'monitor', 'about', 'for', 'until'],
  unsilence: ['silence'],
};

function fieldsOf(word: AlertWord, input: unknown): Fields {
  const todo = `Send for example ${alertExamples[word]}.`;
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw invalid('one object', textOf(input), todo);
  }
  const fields: Fields = { ...input };
  const names = [...fieldNames[word], 'who', 'why'];
  const extra = Object.keys(fields).find((name) => !names.includes(name));
  if (extra !== undefined) throw invalid(`only ${names.join(', ')}`, `a field '${extra}'`, todo);
  for (const name of ['who', 'why']) {
    const value = fields[name];
    if (typeof value !== 'string' || value.trim() === '') throw invalid(`a text in '${name}'`, textOf(value), todo);
  }
  return fields;
}

function open({ alerts }: AlertStanding, named: unknown): Alert {
  const called = alerts.filter(({ alert, rule }) => alert === named || rule === named || `${alert}` === named);
  const found = called.find(({ state }) => state === 'firing') ?? called[0];
  if (found?.state === 'firing') return found;
  const firing = alerts.filter(({ state }) => state === 'firing').map(({ alert, rule }) => `${alert} (${rule})`);
  const came = found === undefined ? named : `${found.alert}, which is ${alertStateText(found)}`;
  throw unknown(`an alert that is firing, by its number or rule (${firing.join(', ') || 'none is'})`, came);
}

function untilOf({ for: span, until }: Fields, nowMs: number): string {
  const todo = `Send for example ${alertExamples.silence}.`;
  if ((span === undefined) === (until === undefined)) throw invalid("either 'for' or 'until'", 'both or none', todo);
  const untilMs = span === undefined ? Date.parse(String(until)) : nowMs + durationMs(String(span), 'for');
  if (untilMs > nowMs) return new Date(untilMs).toISOString();
  throw invalid('a time that is to come, such as 2001-03-16T12:00:00Z', textOf(until ?? span), todo);
}

function matchOf(fields: Fields): SilenceMatch {
  const given = (['rule', 'severity', 'monitor', 'about'] as const).filter((name) => fields[name] !== undefined);
  const todo = `Send for example ${alertExamples.silence}. '*' stands for any text: {"rule": "*"} is everything.`;
  if (given.length === 0) throw invalid("'rule', 'severity', 'monitor' or 'about'", 'none of them', todo);
  const wrong = given.find((name) => typeof fields[name] !== 'string');
  if (wrong !== undefined) throw invalid(`a text in '${wrong}'`, textOf(fields[wrong]), todo);
  const severity = String(fields.severity ?? '*');
  if (!severity.includes('*') && !alertSeverities.some((one) => one === severity))
    throw invalid(`one of ${alertSeverities.join(', ')} in 'severity'`, textOf(severity), todo);
  return Object.fromEntries(given.map((name) => [name, fields[name]]));
}

function invalid(expected: string, came: string, todo: string): WhetError {
  return new WhetError('input.invalid', { expected, came, todo });
}

function unknown(expected: string, came: unknown): WhetError {
  return new WhetError('alert.unknown', { expected, came: textOf(came) });
}

function textOf(value: unknown): string {
  return value === undefined ? 'nothing' : `${JSON.stringify(value)}`;
}

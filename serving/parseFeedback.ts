import { WhetError } from '../core/errors.ts';
import type { FeedbackKey, FeedbackLine } from '../core/feedback.ts';
import { isoTime } from '../models/scorers/isoTime.ts';
import { digestOfValue } from '../storage/digest.ts';
import { shown } from './columnReader.ts';
import { checkCount, parseJson } from './parseBody.ts';
import { isObject } from './parseRows.ts';

/** A label as it is sent, with what it belongs to. */
export type Feedback = {
  /** Whether the row turned out positive: true or false, 1 or 0, or one of the answer's words. */
  readonly label: boolean | number | string;
  /** When that was known. */
  readonly labelAt?: FeedbackTime;
} & (
  | { readonly predictionId: string }
  | { readonly requestId: string; readonly row: number }
  | { readonly key: Readonly<Record<string, string | number | boolean>>; readonly eventTime: FeedbackTime }
);

/** ISO text, milliseconds UTC, or (in JavaScript) a Date. */
export type FeedbackTime = string | number | Date;

/** The answer to `POST /feedback/<pipeline>`: the labels are stored. */
export interface FeedbackAnswer {
  readonly stored: number;
  /** Labels that stood more than once in the request, and are stored once. */
  readonly repeated: number;
}

/** What is known of the pipeline and the moment when labels come. */
export interface FeedbackContext {
  readonly pipeline: string;
  /** The words that stand for true and false; undefined where no version tells them. */
  readonly answer: { readonly positive: string; readonly negative: string } | undefined;
  /** Milliseconds UTC. */
  readonly receivedMs: number;
}

/** Labels of a body: one object, an array of them, or `{ labels: [...] }`. Throws `feedback.invalid`, naming the label, and as `/predict`. */
export function parseFeedback(body: unknown, context: FeedbackContext, maxLabels: number): FeedbackLine[] {
  const value = parseJson(body, advice);
  const given = isObject(value) && Array.isArray(value.labels) ? value.labels : [value].flat();
  checkCount(given.length, maxLabels, advice);
  return given.map((one, at) => feedbackLine(one, context, `label ${at}`));
}

/** One label as it is stored. `place` says where it stood. Throws `feedback.invalid`. */
export function feedbackLine(given: unknown, context: FeedbackContext, place: string): FeedbackLine {
  if (!isObject(given)) throw invalid('a label as an object', given, place);
  const { label, labelAt, ...keyed } = given;
  const said = {
    pipeline: context.pipeline,
    key: keyOf(keyed, place),
    label: truthOf(label, context, place),
    ...(labelAt === undefined || labelAt === null ? {} : { labelAt: timeOf(labelAt, `labelAt of ${place}`) }),
  };
  const receivedAt = new Date(context.receivedMs).toISOString();
  return { feedbackId: digestOfValue(said).slice(0, 32), ...said, receivedAt };
}

function truthOf(label: unknown, { answer }: FeedbackContext, place: string): boolean {
  if (label === true || label === 1 || (answer !== undefined && label === answer.positive)) return true;
  if (label === false || label === 0 || (answer !== undefined && label === answer.negative)) return false;
  const words = answer === undefined ? '' : `, '${answer.positive}' or '${answer.negative}'`;
  throw invalid(`true or false, 1 or 0${words} as the label`, label, place);
}

function keyOf(given: Readonly<Record<string, unknown>>, place: string): FeedbackKey {
  const { predictionId, requestId, row, key, eventTime } = given;
  const wayOf: readonly string[] =
    predictionId !== undefined
      ? ['predictionId']
      : requestId !== undefined
        ? ['requestId', 'row']
        : ['key', 'eventTime'];
  const strange = Object.keys(given).find((name) => !wayOf.includes(name));
  if (strange !== undefined) throw invalid(`nothing beside label, labelAt and ${wayOf.join(', ')}`, strange, place);
  if (predictionId !== undefined)
    return { kind: 'prediction', predictionId: idOf(predictionId, 'predictionId', place) };
  if (requestId !== undefined) {
    if (!Number.isSafeInteger(row) || Number(row) < 0)
      throw invalid("the row's number in its request, from 0,", row, place);
    return { kind: 'prediction', predictionId: `${idOf(requestId, 'requestId', place)}/${row}` };
  }
  return { kind: 'row', columns: columnsOf(key, place), eventTime: timeOf(eventTime, `eventTime of ${place}`) };
}

const longestText = 512;

function idOf(id: unknown, name: string, place: string): string {
  if (typeof id === 'string' && id.length > 0 && id.length <= longestText) return id;
  throw invalid(`${name} as text of at most ${longestText} characters`, id, place);
}

const mostColumns = 32;

function columnsOf(key: unknown, place: string): Extract<FeedbackKey, { readonly kind: 'row' }>['columns'] {
  const entries = isObject(key) ? Object.entries(key) : [];
  const fits = entries.every(([name, value]) => name.length <= longestText && isKeyValue(value));
  if (fits && entries.length > 0 && entries.length <= mostColumns) {
    return Object.fromEntries(entries) as Readonly<Record<string, string | number | boolean>>;
  }
  throw invalid("a predictionId, a requestId with its row, or the columns of the contract's key as", key, place);
}

function isKeyValue(value: unknown): boolean {
  if (typeof value === 'string') return value.length <= longestText;
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
}

/** The years that ISO text has four digits for. */
const [firstMs, lastMs] = [Date.parse('0000-01-01'), Date.parse('9999-12-31T23:59:59.999Z')];

function timeOf(value: unknown, place: string): string {
  const ms = typeof value === 'string' ? isoTime(value) : Number.isSafeInteger(value) ? Number(value) : Number.NaN;
  if (ms >= firstMs && ms <= lastMs) return new Date(ms).toISOString();
  throw invalid('an ISO time or milliseconds UTC', value, place);
}

const advice =
  'Send {"predictionId": "<id>/0", "label": true, "labelAt": "2001-03-15T15:00:00Z"}, or a list of such labels.';

function invalid(expected: string, came: unknown, place: string): WhetError {
  return new WhetError('feedback.invalid', { expected, came: `${shown(came)} in ${place}`, todo: advice });
}

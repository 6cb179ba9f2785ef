import { keptWords } from './keptWords.ts';
import type { RawRows } from './parseRows.ts';
import { asJson, type RowShape } from './rowShape.ts';
import type { Answering } from './slots.ts';

/** The rows that one request was answered with, as they were scored; written out later, off the answer's path. */
export interface AnsweredRows {
  readonly pipeline: string;
  readonly requestId: string;
  /** The caller's own id, echoed. */
  readonly id: string | undefined;
  /** Who sent them; undefined where nobody says. */
  readonly producer?: string | undefined;
  /** Milliseconds UTC. */
  readonly at: number;
  readonly answering: Answering;
  /** Why that one answered. */
  readonly reason: string;
  readonly rows: RawRows;
  /** The rows' numbers in the request, where they are not all of it. */
  readonly numbers?: readonly number[] | undefined;
  readonly scores: Float32Array;
  /** Of those that scored the same rows in time without answering; left out where nobody did. */
  readonly others?: readonly OtherScores[];
}

export interface OtherScores {
  readonly variant: string;
  readonly version: number;
  readonly scores: Float32Array;
}

/** One line of the log. `row` holds raw columns as `/predict` takes them: dates as ISO text. */
export interface PredictionLine {
  /** `<request id>/<row>`: unique, and the key of a label. The request id begins with the name of the log's files. */
  readonly predictionId: string;
  readonly id?: string;
  /** Who sent it: the metadata `producer`, or the name of the caller's key; left out where nobody says. */
  readonly producer?: string;
  /** ISO time, UTC. */
  readonly at: string;
  readonly pipeline: string;
  readonly version: number;
  readonly digest: string;
  readonly epoch: number;
  readonly variant: string;
  readonly reason: string;
  readonly row: Readonly<Record<string, string | number | boolean | null>>;
  readonly score: number;
  readonly threshold: number;
  readonly answer: string;
  /** By variant: what else scored the row without answering; left out where nothing did. */
  readonly others?: Readonly<Record<string, { readonly version: number; readonly score: number }>>;
}

/**
 * One row of the log as JSON, a `PredictionLine` with its end: at thousands of rows a second it is most of what the log costs, so
 * what stands in all lines of a version in an epoch is written once.
 */
export function predictionText(answered: AnsweredRows, row: number): string {
  const { pipeline, answering, requestId, id, producer, reason, others } = answered;
  const { shape, package: model } = answering.loaded;
  const { threshold } = model;
  const { who, positive, negative } = wordsOf(pipeline, answering);
  const score = answered.scores[row] ?? Number.NaN;
  const key = JSON.stringify(`${requestId}/${answered.numbers?.[row] ?? row}`);
  const own = id === undefined ? '' : `,"id":${JSON.stringify(id)}`;
  const sent = producer === undefined ? '' : `,"producer":${JSON.stringify(producer)}`;
  const raw = rowText(shape, answered.rows, row);
  const beside = others === undefined ? '' : `,"others":${JSON.stringify(otherScores(others, row))}`;
  const said = `"row":${raw},"score":${JSON.stringify(score)},"threshold":${threshold},"answer":${score >= threshold ? positive : negative}`;
  return `{"predictionId":${key}${own}${sent},"at":"${isoOf(answered.at)}",${who},"reason":${JSON.stringify(reason)},${said}${beside}}\n`;
}

interface Words {
  /** From the pipeline to the variant. */
  readonly who: string;
  readonly positive: string;
  readonly negative: string;
}

const wordsOf = keptWords((pipeline, answering): Words => {
  const { loaded, epoch, variant } = answering;
  const { version, digest } = loaded.routed;
  const { positive, negative } = loaded.package.answer;
  return {
    who: JSON.stringify({ pipeline, version, digest, epoch, variant }).slice(1, -1),
    positive: JSON.stringify(positive),
    negative: JSON.stringify(negative),
  };
});

type JsonRow = Record<string, ReturnType<typeof asJson>>;

/** One object for all rows of a shape: to add its names anew would take longer than to write it. */
const written = new WeakMap<RowShape, JsonRow>();

function rowText(shape: RowShape, rows: RawRows, row: number): string {
  const { values } = rows;
  const raw = written.get(shape) ?? emptyRow(shape);
  for (let at = 0; at < shape.columns.length; at += 1) {
    const column = shape.columns[at]?.column;
    if (column !== undefined)
      raw[column.name] = asJson(column, values === undefined ? rows.columns[column.name]?.[row] : values[at]);
  }
  return JSON.stringify(raw);
}

function emptyRow(shape: RowShape): JsonRow {
  const raw: JsonRow = Object.fromEntries(shape.columns.map(({ column }) => [column.name, null]));
  written.set(shape, raw);
  return raw;
}

function otherScores(others: readonly OtherScores[], row: number): NonNullable<PredictionLine['others']> {
  const entries = others.map(({ variant, version, scores }) => [
    variant,
    { version, score: scores[row] ?? Number.NaN },
  ]);
  return Object.fromEntries(entries);
}

let [lastAt, lastText] = [Number.NaN, ''];

/** Many rows are answered within one millisecond. */
function isoOf(at: number): string {
  if (at !== lastAt) [lastAt, lastText] = [at, new Date(at).toISOString()];
  return lastText;
}

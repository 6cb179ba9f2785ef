import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { WhetError } from '../../core/errors.ts';
import type { FeedbackLine } from '../../core/feedback.ts';
import type { Plan } from '../../core/plan.ts';
import { openFeedbackLog } from '../../serving/feedbackLog.ts';
import { type FeedbackContext, feedbackLine } from '../../serving/parseFeedback.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { csvRows } from '../csvRows.ts';
import { print, printJson } from '../output.ts';
import { planOfPipeline } from '../planOfPipeline.ts';

/** Lines of one file in the store. */
const linesPerFile = 10_000;

/**
 * Stores the labels of a file as serving processes do, in bounded memory: the file is read once to check it and once to
 * store it. Given again, its labels count once. Throws `version.unknown`, `input.invalid` and `feedback.invalid`, naming the line.
 */
export async function feedback(pipeline: string, file: string, { json }: JsonOption): Promise<void> {
  const { store } = openWorkplace();
  const plan = await planOfPipeline(store, pipeline);
  const context = { pipeline, answer: plan.answer, receivedMs: Date.now() };
  let labels = 0;
  for await (const _ of feedbackLines(file, plan, context)) labels += 1;
  const log = openFeedbackLog({ store, session: randomUUID().replaceAll('-', '').slice(0, 16) });
  let lines: FeedbackLine[] = [];
  for await (const line of feedbackLines(file, plan, context)) {
    lines.push(line);
    if (lines.length < linesPerFile) continue;
    await log.append(lines);
    lines = [];
  }
  if (lines.length > 0) await log.append(lines);
  if (json) return printJson({ pipeline, file, labels });
  print(`${labels} labels of ${pipeline} are stored.`);
}

async function* feedbackLines(file: string, plan: Plan, context: FeedbackContext): AsyncGenerator<FeedbackLine> {
  let at = 0;
  for await (const given of file.endsWith('.csv') ? csvLabels(file, plan) : ndjsonLabels(file)) {
    at += 1;
    yield feedbackLine(given, context, `label ${at} of ${file}`);
  }
}

async function* ndjsonLabels(file: string): AsyncGenerator<unknown> {
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    line += 1;
    if (text.trim() === '') continue;
    try {
      yield JSON.parse(text);
    } catch (error) {
      throw new WhetError('input.invalid', { expected: 'JSON', came: `line ${line} of ${file}` }, error);
    }
  }
}

const ownColumns: ReadonlySet<string> = new Set(['label', 'labelAt', 'predictionId', 'requestId', 'row', 'eventTime']);

/** A column that is not one of a label's own is one of the contract's key, in the type that the contract gives it. */
async function* csvLabels(file: string, { contract }: Plan): AsyncGenerator<unknown> {
  const types = new Map(contract.columns.map(({ name, type }) => [name, type]));
  for await (const row of csvRows(file)) {
    const given = Object.entries(row).filter(([, text]) => text !== '');
    const own = given.filter(([name]) => ownColumns.has(name)).map(([name, text]) => [name, ownValue(name, text)]);
    const key = given.filter(([name]) => !ownColumns.has(name));
    const columns = Object.fromEntries(key.map(([name, text]) => [name, keyValue(text, types.get(name))]));
    yield { ...Object.fromEntries(own), ...(key.length === 0 ? {} : { key: columns }) };
  }
}

function ownValue(name: string, text: string): unknown {
  if (name === 'row') return /^\d+$/.test(text) ? Number(text) : text;
  return name === 'label' ? (truths.get(text) ?? text) : text;
}

const truths: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

function keyValue(text: string, type: string | undefined): string | number | boolean {
  if (type === 'boolean') return truths.get(text) ?? text;
  return (type === 'int' || type === 'number') && Number.isFinite(Number(text)) ? Number(text) : text;
}

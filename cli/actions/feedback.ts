import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WhetError } from '../../core/errors.ts';
import type { FeedbackLine } from '../../core/feedback.ts';
import type { Plan } from '../../core/plan.ts';
import { hourOf } from '../../core/time.ts';
import { inTemporaryFolder } from '../../datasets/inTemporaryFolder.ts';
import { type FeedbackContext, feedbackLine } from '../../serving/parseFeedback.ts';
import { concurrently, storeHands } from '../../storage/concurrently.ts';
import { digestOf } from '../../storage/digest.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { type CsvRow, csvRows } from '../csvRows.ts';
import { print, printJson, report } from '../output.ts';
import { planOfPipeline } from '../planOfPipeline.ts';
import { textLines } from '../textLines.ts';

/** Lines of one file in the store. */
const linesPerFile = 50_000;

/**
 * Stores the labels of a file as serving processes do, in bounded memory: all are checked before the first is stored. Given
 * again, its labels count once. Throws `version.unknown`, `input.invalid` and `feedback.invalid`, naming the label.
 */
export async function feedback(pipeline: string, file: string, { json }: JsonOption): Promise<void> {
  const { store } = openWorkplace();
  const plan = await planOfPipeline(store, pipeline);
  const context = { pipeline, answer: plan.answer, receivedMs: Date.now() };
  report(`Checking the labels of ${file}.`);
  const labels = await inTemporaryFolder(async (folder) => {
    const { checked, labels } = await checkedFiles(folder, feedbackLines(file, plan, context));
    report(`Storing ${labels} labels.`);
    const session = randomUUID().replaceAll('-', '').slice(0, 16);
    const under = `feedback/${pipeline}/${hourOf(context.receivedMs)}/${session}`;
    await concurrently(checked.entries(), storeHands, ([at, { path, digest }]) =>
      store.createFromFile(`${under}-${at}.sha256=${digest}.ndjson`, path),
    );
    return labels;
  });
  if (json) return printJson({ pipeline, file, labels });
  print(`${labels} labels of ${pipeline} are stored.`);
}

interface CheckedFile {
  readonly path: string;
  readonly digest: string;
}

/** Writes lines to files of this machine. */
async function checkedFiles(folder: string, blocks: AsyncIterable<readonly FeedbackLine[]>) {
  const checked: CheckedFile[] = [];
  let [labels, lines]: [number, string[]] = [0, []];
  const write = async (): Promise<void> => {
    const text = lines.join('');
    lines = [];
    const path = join(folder, `${checked.length}.ndjson`);
    checked.push({ path, digest: digestOf(text) });
    await writeFile(path, text);
  };
  for await (const block of blocks) {
    labels += block.length;
    for (const line of block) lines.push(`${JSON.stringify(line)}\n`);
    if (lines.length >= linesPerFile) await write();
  }
  if (lines.length > 0) await write();
  return { checked, labels };
}

async function* feedbackLines(file: string, plan: Plan, context: FeedbackContext): AsyncGenerator<FeedbackLine[]> {
  let at = 0;
  for await (const block of file.endsWith('.csv') ? csvLabels(file, plan) : ndjsonLabels(file)) {
    yield block.map((given) => {
      at += 1;
      return feedbackLine(given, context, `label ${at} of ${file}`);
    });
  }
}

async function* ndjsonLabels(file: string): AsyncGenerator<unknown[]> {
  let line = 0;
  for await (const texts of textLines(file)) {
    const labels: unknown[] = [];
    for (const text of texts) {
      line += 1;
      if (text.trim() !== '') labels.push(labelOf(text, `line ${line} of ${file}`));
    }
    yield labels;
  }
}

function labelOf(text: string, came: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new WhetError('input.invalid', { expected: 'JSON', came }, error);
  }
}

const ownColumns: ReadonlySet<string> = new Set(['label', 'labelAt', 'predictionId', 'requestId', 'row', 'eventTime']);

/** A column that is not one of a label's own is one of the contract's key, in the type that the contract gives it. */
async function* csvLabels(file: string, { contract }: Plan): AsyncGenerator<unknown[]> {
  const types = new Map(contract.columns.map(({ name, type }) => [name, type]));
  for await (const rows of csvRows(file)) yield rows.map((row) => csvLabel(row, types));
}

function csvLabel(row: CsvRow, types: ReadonlyMap<string, string>): unknown {
  const label: Record<string, unknown> = {};
  const key: Record<string, unknown> = {};
  for (const name of Object.keys(row)) {
    const text = row[name] ?? '';
    if (text === '') continue;
    if (ownColumns.has(name)) label[name] = ownValue(name, text);
    else key[name] = keyValue(text, types.get(name));
  }
  return Object.keys(key).length === 0 ? label : { ...label, key };
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

import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline as flow } from 'node:stream/promises';
import { type Hour, hourStart } from '../../../core/time.ts';
import { digestOf } from '../../../storage/digest.ts';
import { hourOfBlock, type MadeLabel, type MadeRow, type Making, madeLabels, madeRows } from './madeLabels.ts';

/** Rows of one file of the prediction log, as serving processes write them. */
const blocksOfFile = 200;

/** Writes the answers of an hour into the prediction log of a store's folder. */
export async function writeAnswers(
  making: Making,
  pipeline: string,
  store: string,
  isAsked: (hour: Hour) => boolean,
): Promise<void> {
  const blocks = Array.from({ length: making.blocks }, (_, block) => block);
  const hours = Map.groupBy(blocks, (block) => hourOfBlock(making, block));
  for (const [hour, own] of hours) {
    if (!isAsked(hour)) continue;
    for (let from = 0; from < own.length; from += blocksOfFile) {
      const lines = own
        .slice(from, from + blocksOfFile)
        .flatMap((block) => madeRows(making, block).map(answerLine(pipeline)));
      const text = lines.join('');
      const name = `${hourStart(hour).toString(16).padStart(16, '0')}-${from}.sha256=${digestOf(text)}.ndjson`;
      await writeText(join(store, 'predictions', pipeline, hour, name), [text]);
    }
  }
}

function answerLine(pipeline: string): (row: MadeRow) => string {
  const same = `"pipeline":"${pipeline}","version":1,"digest":"d1","epoch":1,"variant":"champion","reason":"champion"`;
  return ({ predictionId, atMs, score, date, distance }) =>
    `{"predictionId":"${predictionId}","at":"${new Date(atMs).toISOString()}",${same},"row":{"date":"${date}","distance":${distance},"origin":"AAA","destination":"BBB"},"score":${score},"threshold":0.5,"answer":"${score < 0.5 ? 'on time' : 'late'}"}\n`;
}

/** Writes the same labels as `labels.ndjson` and `labels.csv`. */
export async function writeLabelFiles(making: Making, folder: string): Promise<void> {
  await writeText(join(folder, 'labels.ndjson'), blocksOf(making, jsonLine));
  await writeText(join(folder, 'labels.csv'), csvOf(making));
}

function* blocksOf(making: Making, line: (label: MadeLabel) => string): Generator<string> {
  for (let block = 0; block < making.blocks; block += 1) yield madeLabels(making, block).map(line).join('');
}

function* csvOf(making: Making): Generator<string> {
  yield `${columns.join(',')}\n`;
  yield* blocksOf(making, csvLine);
}

function jsonLine({ by, row, label, labelAt }: MadeLabel): string {
  const [requestId, place] = row.predictionId.split('/');
  const keyed =
    by === 'prediction'
      ? { predictionId: row.predictionId }
      : by === 'request'
        ? { requestId, row: Number(place) }
        : { key: { distance: row.distance, origin: 'AAA' }, eventTime: row.date };
  return `${JSON.stringify({ ...keyed, label, labelAt })}\n`;
}

const columns = ['predictionId', 'requestId', 'row', 'distance', 'origin', 'eventTime', 'label', 'labelAt'];

function csvLine({ by, row, label, labelAt }: MadeLabel): string {
  const keyed =
    by === 'prediction'
      ? `${row.predictionId},,,,,`
      : by === 'request'
        ? `,${row.predictionId.replace('/', ',')},,,`
        : `,,,${row.distance},AAA,${row.date}`;
  return `${keyed},${label ? 1 : 0},${labelAt ?? ''}\n`;
}

async function writeText(path: string, parts: Iterable<string>): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await flow(Readable.from(parts), createWriteStream(path));
}

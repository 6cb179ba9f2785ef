import type { HourLabels, UnplacedLabels } from '../../../core/labelJoin.ts';
import { type Hour, hourStart } from '../../../core/time.ts';
import { hourOfBlock, isPositive, labelsOfBlock, type Making, madeLabels, numberOf, scoreOf } from './madeLabels.ts';

export interface ExpectedLabels {
  readonly hours: Readonly<Record<Hour, HourLabels>>;
  readonly unplaced: UnplacedLabels;
  /** Lines that came. */
  readonly lines: number;
  /** Rows with a label that says that their answer was wrong. */
  readonly wrong: number;
}

/** What is in the logs. */
export interface InLogs {
  /** How often the whole file came. */
  readonly files: number;
  /** By the hour in which they are counted, lines that came once more; those of nobody under an empty name. */
  readonly more: ReadonlyMap<Hour, number>;
  /** Whether answers of hours after their labels are in the log too. */
  readonly isAnswered: boolean;
}

/** What must be told of made labels. */
export function expectedLabels(making: Making, { files, more, isAnswered }: InLogs): ExpectedLabels {
  const hours: Record<Hour, Counts<HourLabels>> = {};
  const unplaced = times(nobodyOfBlock, making.blocks);
  let wrong = 0;
  const isThere = (hour: Hour): boolean => isAnswered || hourStart(hour) <= making.nowMs;
  for (let block = 0; block < making.blocks; block += 1) {
    const hour = hourOfBlock(making, block);
    if (isThere(hour)) {
      hours[hour] ??= times(rowsAndLabels, 0);
      add(hours[hour], ofBlock(making, hour));
      wrong += settledRows.filter((at) => isWrong(numberOf(block, at))).length;
    } else add(unplaced, waiting);
  }
  const again = (hour: Hour | undefined, lines: number): void => {
    const place = hour === undefined || !isThere(hour) ? unplaced : hours[hour];
    if (place !== undefined) place.twice += lines;
  };
  for (let file = 1; file < files; file += 1) {
    for (let block = 0; block < making.blocks; block += 1)
      for (const { hour } of madeLabels(making, block)) again(hour, 1);
  }
  for (const [hour, lines] of more) again(hour === '' ? undefined : hour, lines);
  const lines = files * making.blocks * labelsOfBlock + [...more.values()].reduce((sum, one) => sum + one, 0);
  return { hours, unplaced, lines, wrong };
}

type Counts<T> = { -readonly [K in keyof T]: number };

/** Of the rows and labels of a block: `madeLabels`, told by hand. */
const rowsAndLabels: HourLabels = {
  ...{ predictions: 90, settled: 77, early: 0, late: 0, corrected: 4, beside: 6, future: 3, ambiguous: 2, twice: 5 },
};
const nobodyOfBlock: UnplacedLabels = { unknown: 5, future: 1, twice: 1 };
/** A block whose answers are not in the log. */
const waiting: UnplacedLabels = { unknown: 77 + 6 + 2, future: 3, twice: 5 };
const settledRows = Array.from({ length: 84 }, (_, at) => at).filter((at) => at < 73 || at >= 80);

function ofBlock({ nowMs }: Making, hour: Hour): HourLabels {
  const hoursAgo = (nowMs - hourStart(hour)) / 3_600_000;
  return { ...rowsAndLabels, early: hoursAgo < 0 ? 77 : 0, late: hoursAgo > 9 ? 77 : 0 };
}

function isWrong(number: number): boolean {
  return scoreOf(number) > 0.5 !== isPositive(number);
}

function times<T extends object>(counts: T, count: number): Counts<T> {
  return Object.fromEntries(Object.entries(counts).map(([name, one]) => [name, one * count])) as Counts<T>;
}

function add<T extends object>(to: Counts<T>, counts: T): void {
  for (const name of Object.keys(counts) as (keyof T)[])
    to[name] = (to[name] + Number(counts[name])) as Counts<T>[keyof T];
}

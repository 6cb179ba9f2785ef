import type { RawColumn } from '../core/modelPackage.ts';
import { type Random, seededRandom, shuffledIndices } from '../core/random.ts';
import type { Scorer, ScorerColumns } from './scorers/scorer.ts';

/** Rows as a scorer takes them, column by column. */
export type RawColumns = Readonly<Record<string, readonly (number | string | boolean | bigint)[]>>;

/** One prediction, taken apart: `score` is `background` plus the contributions of all columns. */
export interface Explanation {
  readonly score: number;
  /** The mean score of the rows that it is held against. */
  readonly background: number;
  readonly backgroundRows: number;
  /** False where contributions were drawn: they then have a standard error. */
  readonly exact: boolean;
  /** The one that moves the score most comes first. */
  readonly contributions: readonly Contribution[];
}

export interface Contribution {
  readonly column: string;
  readonly contribution: number;
  readonly error: number;
}

/** Up to so many columns every coalition is scored: 2^10 times the rows of the background. */
const mostExact = 10;
/** Orders of the columns that are drawn where there are more. */
const drawnOrders = 500;

/**
 * What each raw column adds to one row's score: its Shapley value (Shapley 1953) in the game in which the columns of a
 * coalition have the row's values and the others those of a background row, averaged over the background (Štrumbelj and
 * Kononenko 2014). Exact for up to 10 columns, whatever the model; else over 500 drawn orders, each against one drawn
 * row of the background. `row` holds one value per column.
 */
export async function explainRow(
  scorer: Pick<Scorer, 'score'>,
  inputs: readonly RawColumn[],
  row: RawColumns,
  background: RawColumns,
  seed: number,
): Promise<Explanation> {
  const columns = inputs.map(({ name }) => ({ name, own: row[name]?.[0] ?? 0, others: background[name] ?? [] }));
  const backgroundRows = columns[0]?.others.length ?? 0;
  const asked: Asked = { columns, backgroundRows, score: (rows) => scoredInBlocks(scorer, columns, rows) };
  const exact = columns.length <= mostExact;
  const found = exact ? await byCoalitions(asked) : await byOrders(asked, seededRandom(seed));
  const contributions = columns.map(({ name }, at) => ({ column: name, ...(found.parts[at] ?? nothing) }));
  contributions.sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
  return { score: found.score, background: found.background, backgroundRows, exact, contributions };
}

interface GameColumn {
  readonly name: string;
  readonly own: number | string | boolean | bigint;
  readonly others: readonly (number | string | boolean | bigint)[];
}

/** A row of the game: which columns have the explained row's values, and which background row gives the rest. */
interface GameRow {
  readonly has: (column: number) => boolean;
  readonly other: number;
}

interface Asked {
  readonly columns: readonly GameColumn[];
  readonly backgroundRows: number;
  score(rows: readonly GameRow[]): Promise<Float64Array>;
}

type Part = Omit<Contribution, 'column'>;
interface Found {
  readonly score: number;
  readonly background: number;
  readonly parts: readonly Part[];
}

const nothing: Part = { contribution: 0, error: 0 };

/** Bit k of a coalition's number says whether column k is in it. */
async function byCoalitions({ columns, backgroundRows, score }: Asked): Promise<Found> {
  const coalitions = 2 ** columns.length;
  const rows = Array.from({ length: coalitions * backgroundRows }, (_, at): GameRow => {
    const coalition = Math.floor(at / backgroundRows);
    return { has: (column) => ((coalition >> column) & 1) === 1, other: at % backgroundRows };
  });
  const scores = await score(rows);
  const worth = Float64Array.from({ length: coalitions }, (_, coalition) =>
    mean(scores.subarray(coalition * backgroundRows, (coalition + 1) * backgroundRows)),
  );
  const parts = columns.map((_, column) => ({ contribution: shapleyValue(worth, columns.length, column), error: 0 }));
  return { score: worth[coalitions - 1] ?? Number.NaN, background: worth[0] ?? Number.NaN, parts };
}

/** The mean, over all orders, of what the column adds to those before it. */
function shapleyValue(worth: Float64Array, columns: number, column: number): number {
  let value = 0;
  for (let coalition = 0; coalition < worth.length; coalition += 1) {
    if ((coalition >> column) & 1) continue;
    const added = (worth[coalition | (1 << column)] ?? 0) - (worth[coalition] ?? 0);
    value += added / (columns * choose(columns - 1, sizeOf(coalition)));
  }
  return value;
}

function sizeOf(coalition: number): number {
  let size = 0;
  for (let left = coalition; left > 0; left &= left - 1) size += 1;
  return size;
}

function choose(from: number, count: number): number {
  let ways = 1;
  for (let at = 1; at <= count; at += 1) ways = (ways * (from - count + at)) / at;
  return ways;
}

/** Each order is walked from the background row to the explained one, a column at a time. */
async function byOrders({ columns, backgroundRows, score }: Asked, random: Random): Promise<Found> {
  const steps = columns.length + 1;
  const orders = Array.from({ length: drawnOrders }, () => ({
    place: placesOf(shuffledIndices(columns.length, random)),
    other: random.below(backgroundRows),
  }));
  const rows = orders.flatMap(({ place, other }) =>
    Array.from({ length: steps }, (_, step): GameRow => ({ has: (column) => (place[column] ?? 0) < step, other })),
  );
  const scores = await score(rows);
  const at = (order: number, step: number): number => scores[order * steps + step] ?? Number.NaN;
  const parts = columns.map((_, column) => {
    const added = Float64Array.from(orders, ({ place }, order) => {
      const step = place[column] ?? 0;
      return at(order, step + 1) - at(order, step);
    });
    return { contribution: mean(added), error: errorOf(added) };
  });
  return { score: at(0, steps - 1), background: mean(Float64Array.from(orders, (_, order) => at(order, 0))), parts };
}

/** Where each column stands in an order. */
function placesOf(order: Uint32Array): Uint32Array {
  const places = new Uint32Array(order.length);
  order.forEach((column, place) => {
    places[column] = place;
  });
  return places;
}

const blockRows = 16_384;

async function scoredInBlocks(
  scorer: Pick<Scorer, 'score'>,
  columns: readonly GameColumn[],
  rows: readonly GameRow[],
): Promise<Float64Array> {
  const scores = new Float64Array(rows.length);
  for (let from = 0; from < rows.length; from += blockRows) {
    scores.set(await scorer.score(columnsOf(columns, rows.slice(from, from + blockRows))), from);
  }
  return scores;
}

function columnsOf(columns: readonly GameColumn[], rows: readonly GameRow[]): ScorerColumns {
  const entries = columns.map(({ name, own, others }, column) => {
    const values = rows.map(({ has, other }) => (has(column) ? own : (others[other] ?? own)));
    return [name, values] as const;
  });
  return { rows: rows.length, columns: Object.fromEntries(entries) };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function errorOf(values: Float64Array): number {
  const middle = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1) / values.length);
}

import type { JudgedFinding } from '../core/judgedFinding.ts';
import { figure } from '../core/judgedFinding.ts';
import { type ProducerClock, type ProducerOffset, producerClocks } from '../core/producerClocks.ts';
import type { ClockSkewMonitor } from '../core/watchPlan.ts';
import { tooLittle, type WatchedWindow, watchedWindow } from './driftFinding.ts';
import type { LookContext } from './lookContext.ts';

/** The clocks of those who send rows, by the rows' own event times, and of the machines that answer them. */
export async function clockSkew(context: LookContext, monitor: ClockSkewMonitor): Promise<JudgedFinding[]> {
  const { offsets, isReplayed } = await producerOffsets(context, monitor);
  const enough = offsets.filter(({ rows }) => rows >= monitor.leastRows);
  const windowOf = (rows: number): WatchedWindow => watchedWindow(context, monitor, rows);
  return [
    ...producerClocks(enough, monitor.atMostMs, isReplayed).map((clock) =>
      producerFinding(windowOf(clock.rows), clock, monitor.atMostMs),
    ),
    ...offsets
      .filter((offset) => !enough.includes(offset))
      .map((offset) => tooLittle(windowOf(offset.rows), nameOf(offset))),
    ...servingClocks(context, monitor),
  ];
}

interface Offsets {
  readonly offsets: readonly ProducerOffset[];
  /** Whether event times are of a past that passes again, and not of now. */
  readonly isReplayed: boolean;
}

/** More would be one for each caller, and not producers. */
const mostProducers = 100;

async function producerOffsets(context: LookContext, { overMs }: ClockSkewMonitor): Promise<Offsets> {
  const { atMs, sourceNowMs } = context;
  const { database } = context.ports;
  const logged = await context.rows(atMs - overMs, atMs);
  if (logged === undefined) return { offsets: [], isReplayed: false };
  const late = `SELECT coalesce("producer", '') AS "producer", "answeredAt" - ${atMs} AS "at",
    ("answeredAt" - "eventTime")::DOUBLE AS "late" FROM (${logged}) WHERE "eventTime" IS NOT NULL`;
  const minutes = `SELECT floor("at" / 60000) * 60000 AS "at", median("late") AS "late" FROM (${late}) GROUP BY 1`;
  const [all] = await database.rows<{ median: number | null; slope: number | null }>(
    `SELECT median("late") AS "median", (SELECT regr_slope("late", "at") FROM (${minutes})) AS "slope" FROM (${late})`,
  );
  const isReplayed = Math.abs((all?.median ?? 0) - (atMs - sourceNowMs)) < Math.abs(all?.median ?? 0);
  // A past that passes faster than time does is later from minute to minute.
  // Of a single minute it is no number.
  const slope = isReplayed && Number.isFinite(all?.slope) ? (all?.slope ?? 0) : 0;
  return { isReplayed, offsets: await database.rows<ProducerOffset>(offsetsSql(late, slope)) };
}

/** The interval of a median lies between two of its values in order, whatever they are spread like (Conover 1999, 3.2). */
function offsetsSql(late: string, slope: number): string {
  const place = `SELECT "producer", "late" - ${slope} * "at" AS "late", count(*) OVER one AS "rows",
    row_number() OVER (PARTITION BY "producer" ORDER BY "late" - ${slope} * "at") AS "place"
    FROM (${late}) WINDOW one AS (PARTITION BY "producer")`;
  const reach = '0.98 * sqrt("rows")';
  return `SELECT "producer", any_value("rows")::DOUBLE AS "rows", median("late") AS "median",
      max("late") FILTER ("place" <= greatest(1, floor("rows" / 2 - ${reach}))) AS "low",
      min("late") FILTER ("place" >= least("rows", ceil("rows" / 2 + 1 + ${reach}))) AS "high"
    FROM (${place}) GROUP BY "producer" ORDER BY "rows" DESC, "producer" LIMIT ${mostProducers}`;
}

function producerFinding(window: WatchedWindow, clock: ProducerClock, atMostMs: number): JudgedFinding {
  const { median, low, high, skew, isOff } = clock;
  const about = nameOf(clock);
  if (skew === null) return tooLittle(window, about, 'a replayed past, and nobody else sends rows to compare with');
  const { leastRows: _, ...base } = window;
  const seconds = (ms: number): number => ms / 1_000;
  const way = skew < 0 ? 'ahead of' : 'behind';
  return {
    ...{ ...base, about, state: isOff ? 'off' : 'fine' },
    ...{ value: seconds(skew), limit: seconds(skew < 0 ? -atMostMs : atMostMs) },
    ...{ low: seconds(low - median + skew), high: seconds(high - median + skew) },
    text: `its clock is ${figure(Math.abs(seconds(skew)))} s ${way} the others', by the median of ${base.rows} rows; ${seconds(atMostMs)} s are allowed`,
  };
}

function nameOf({ producer }: Pick<ProducerOffset, 'producer'>): string {
  return producer === '' ? 'producers without a name' : `producer ${producer}`;
}

/** Each says every second what time it is: one that is far ahead of the others has a clock of its own. */
function servingClocks(context: LookContext, monitor: ClockSkewMonitor): JudgedFinding[] {
  const { leases } = context;
  if (leases.length < 2) return [];
  const times = leases.map(({ at }) => at).sort((a, b) => a - b);
  const right = times[Math.ceil(times.length / 2) - 1] ?? 0;
  return leases.map(({ id, at }) => {
    const { leastRows: _, ...base } = watchedWindow(context, monitor, 0);
    const ahead = (at - right) / 1_000;
    const limit = monitor.atMostMs / 1_000;
    return {
      ...{ ...base, about: `serving process ${id}`, state: ahead > limit ? 'off' : 'fine', value: ahead, limit },
      text: `its clock is ${figure(ahead)} s ahead of the other serving processes'; ${limit} s are allowed`,
    };
  });
}

import { join } from 'node:path';
import { alikeWindows } from '../../../core/drift/alikeWindows.ts';
import type { EarlierValue } from '../../../core/drift/carriedPast.ts';
import { cellTest } from '../../../core/drift/cellTest.ts';
import { columnCells } from '../../../core/drift/columnCells.ts';
import { columnDistanceTest } from '../../../core/drift/columnDistanceTest.ts';
import type { DriftTest } from '../../../core/drift/driftTest.ts';
import { commonLevel } from '../../../core/drift/judgeTogether.ts';
import { quietTest } from '../../../core/drift/quietTest.ts';
import { clusterInterval } from '../../../core/intervals.ts';
import type { Estimate } from '../../../core/scorecard.ts';
import type { ColumnSketch } from '../../../core/sketches/columnSketch.ts';
import { sketchOfCounts } from '../../../core/sketches/sketchOfCounts.ts';
import { openDatabase, sqlFile } from '../../../datasets/database.ts';
import { stated } from './driftCounts.ts';
import { percent } from './percent.ts';

/** Of the hours of the real flights: how many are off, by test and by the share that is stated. */
export interface QuietFlights {
  /** Hours that were judged, and the windows before them that make their reference and their limits. */
  readonly hours: number;
  readonly windowsBefore: number;
  readonly rates: readonly QuietRate[];
}

export interface QuietRate {
  readonly column: string;
  readonly stated: number;
  /** Held to what dealt out rows would give, to the windows before alone, and to both, as it is. 95 % intervals by day. */
  readonly sampling: Estimate;
  readonly past: Estimate;
  readonly both: Estimate;
}

/**
 * Each hour of half a year of flights against the 20 windows alike before it (same hour of day, same type of day), held
 * to what rows dealt out by chance would give, to what those windows gave in the same way, and to both.
 */
export async function quietFlights(root: string, temporaryFolder: string): Promise<QuietFlights> {
  const database = await openDatabase({ threads: 2, memoryLimitMb: 1_024, temporaryFolder });
  try {
    const file = join(root, 'node_modules/vega-datasets/data/flights-3m.parquet');
    const judged = new Map<string, readonly JudgedHour[]>();
    for (const [column, type] of Object.entries(columns)) {
      const counts = await database.rows<HourCount>(
        `SELECT epoch_ms(date_trunc('hour', date)::TIMESTAMP)::DOUBLE AS at, "${column}"::VARCHAR AS value, count(*)::INTEGER AS rows FROM ${sqlFile(file)} GROUP BY ALL`,
      );
      judged.set(column, judgedHours(hourCounts(counts), type));
    }
    return ratesOf(judged);
  } finally {
    database.close();
  }
}

export function flightsText({ hours, windowsBefore, rates }: QuietFlights): string[] {
  const shown = ({ value, low, high }: Estimate): string =>
    `${percent(value)} [${percent(low ?? Number.NaN)}, ${percent(high ?? Number.NaN)}]`;
  return [
    `flights, ${hours} hours against ${windowsBefore} windows of the same hour and type of day: share that is off`,
    ...rates.map(({ column, stated: share, sampling, past, both }) => {
      return `  ${column}, ${percent(share)} stated: ${shown(both)}; held to the windows before alone ${shown(past)}, to sampling alone ${shown(sampling)}`;
    }),
  ];
}

const columns = { distance: 'int', delay: 'int', origin: 'string', destination: 'string' } as const;
const windowsBefore = 20;
/** Nights have fewer flights than can be judged. */
const leastRows = 100;

interface HourCount {
  readonly at: number;
  readonly value: string | null;
  readonly rows: number;
}

/** An hour's p-values, by what it is held to. */
interface JudgedHour extends Readonly<Record<HeldTo, number>> {
  readonly at: number;
}

type HeldTo = 'sampling' | 'past' | 'both';

type Counts = ReadonlyMap<string, number>;

function hourCounts(rows: readonly HourCount[]): Map<number, Map<string, number>> {
  const hours = new Map<number, Map<string, number>>();
  for (const { at, value, rows: counted } of rows) {
    if (value === null) continue;
    const hour = hours.get(at) ?? new Map<string, number>();
    hours.set(at, hour.set(value, counted));
  }
  return hours;
}

function judgedHours(hours: ReadonlyMap<number, Counts>, type: 'int' | 'string'): JudgedHour[] {
  const values = new Map<number, EarlierValue>();
  const starts = [...hours.keys()].sort((a, b) => a - b);
  const [earliest = 0] = starts;
  return starts.flatMap((at) => {
    const before = alikeWindows(at, earliest, windowsBefore);
    const parts = before.flatMap((start) => hours.get(start) ?? []);
    if (parts.length < windowsBefore / 2) return [];
    const test = testOf(sketchOf(type, parts), sketchOf(type, [hours.get(at) ?? new Map()]));
    if (test === undefined) return [];
    values.set(at, { value: test.value, rows: test.rows });
    const earlier = before.flatMap((start) => values.get(start) ?? []);
    if (earlier.length < windowsBefore * 0.9) return [];
    const past = quietTest({ ...test, pValue: 0 }, earlier).pValue;
    return [{ at, sampling: test.pValue, past, both: quietTest(test, earlier).pValue }];
  });
}

function testOf(reference: ColumnSketch, window: ColumnSketch): DriftTest | undefined {
  if (reference.numbers !== null) return columnDistanceTest(reference, window, leastRows);
  return cellTest(columnCells(reference, window), 'population stability index', leastRows);
}

function sketchOf(type: 'int' | 'string', parts: readonly Counts[]): ColumnSketch {
  const all = new Map<string, number>();
  for (const part of parts) for (const [value, rows] of part) all.set(value, (all.get(value) ?? 0) + rows);
  return sketchOfCounts(type, 0, all);
}

function ratesOf(judged: ReadonlyMap<string, readonly JudgedHour[]>): QuietFlights {
  const looks = looksOf([...judged.values()].flat());
  const columnRates = [...judged].flatMap(([column, hours]) =>
    stated.map((share) => ({
      column,
      stated: share,
      ...ratesBy((heldTo) => hours.map((hour) => ({ at: hour.at, isOff: hour[heldTo] <= share }))),
    })),
  );
  const together = stated.map((share) => ({
    column: 'any of the columns, judged together',
    stated: share,
    ...ratesBy((heldTo) => {
      return looks.map(({ at, hours }) => ({
        at,
        isOff: isAnyOff(
          hours.map((hour) => hour[heldTo]),
          share,
        ),
      }));
    }),
  }));
  return { hours: looks.length, windowsBefore, rates: [...columnRates, ...together] };
}

interface HourOff {
  readonly at: number;
  readonly isOff: boolean;
}

function ratesBy(hoursOf: (heldTo: HeldTo) => readonly HourOff[]): Readonly<Record<HeldTo, Estimate>> {
  const [sampling, past, both] = [rateOf(hoursOf('sampling')), rateOf(hoursOf('past')), rateOf(hoursOf('both'))];
  return { sampling, past, both };
}

function looksOf(hours: readonly JudgedHour[]): { readonly at: number; readonly hours: readonly JudgedHour[] }[] {
  return [...Map.groupBy(hours, ({ at }) => at)].map(([at, same]) => ({ at, hours: same }));
}

function isAnyOff(pValues: readonly number[], share: number): boolean {
  const level = commonLevel(pValues, share);
  return pValues.some((pValue) => pValue <= level);
}

/** With its interval from the spread between days: hours of a day share weather. */
function rateOf(hours: readonly HourOff[]): Estimate {
  const hits = Float64Array.from(hours, ({ isOff }) => Number(isOff));
  const days = Uint32Array.from(hours, ({ at }) => Math.floor(at / 86_400_000));
  return clusterInterval(hits.reduce((sum, hit) => sum + hit, 0) / hits.length, hits, days);
}

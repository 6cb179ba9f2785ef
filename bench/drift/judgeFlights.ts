import type { CellMeasure } from '../../core/drift/cellMeasure.ts';
import { cellTest } from '../../core/drift/cellTest.ts';
import { columnCells } from '../../core/drift/columnCells.ts';
import { columnDistanceTest } from '../../core/drift/columnDistanceTest.ts';
import { type JudgedTest, judgeTogether } from '../../core/drift/judgeTogether.ts';
import type { ColumnSketch, Counted } from '../../core/sketches/columnSketch.ts';
import { sketchOfCounts } from '../../core/sketches/sketchOfCounts.ts';
import { type Database, sqlFile } from '../../datasets/database.ts';

export const flightColumns = { delay: 'int', distance: 'int', origin: 'string', destination: 'string' } as const;

/** Which rows are judged, and against which: `judge_with_evidently.py` has the same by the same names. */
export const flightCases = ['last against all', 'nothing moved', 'delay up by 10 minutes'] as const;
export type FlightCase = (typeof flightCases)[number];

export interface FlightSketches {
  readonly reference: ColumnSketch;
  readonly current: ColumnSketch;
}

/**
 * Sketches of a case by column. The last 500,000 flights against all of them; or, drawn from one stretch so that nothing
 * moved but what is put in, 50,000 even flights against 250,000 others between them.
 */
export async function sketchFlights(
  database: Database,
  file: string,
  which: FlightCase,
): Promise<Record<string, FlightSketches>> {
  const [{ rows: all } = { rows: 0 }] = await database.rows<{ rows: number }>(
    `SELECT count(*)::DOUBLE AS rows FROM ${sqlFile(file)}`,
  );
  const sketches: Record<string, FlightSketches> = {};
  for (const [column, type] of Object.entries(flightColumns)) {
    const counts = await database.rows<ValueCount>(
      `SELECT ${valueSql(column, which)} AS value, ${sidesOf(all, which)} FROM read_parquet(${sqlFile(file)}, file_row_number = true) GROUP BY ALL`,
    );
    sketches[column] = { reference: sketchOf(type, counts, 'reference'), current: sketchOf(type, counts, 'current') };
  }
  return sketches;
}

export interface ColumnVerdict {
  readonly column: string;
  readonly measure: CellMeasure | 'Kolmogorov-Smirnov';
  readonly judged: JudgedTest | undefined;
}

/** Numbers by Kolmogorov and Smirnov, texts by the population stability index, together at 1 % of false alarms. */
export function judgeFlights(sketches: Readonly<Record<string, FlightSketches>>): ColumnVerdict[] {
  const tests = Object.entries(sketches).map(([column, { reference, current }]) => {
    const isNumber = reference.numbers !== null;
    const measure = isNumber ? ('Kolmogorov-Smirnov' as const) : ('population stability index' as const);
    const test =
      measure === 'Kolmogorov-Smirnov'
        ? columnDistanceTest(reference, current)
        : cellTest(columnCells(reference, current), measure);
    return { column, measure, test };
  });
  const judged = judgeTogether(
    tests.map(({ test }) => test),
    0.01,
  );
  return tests.map(({ column, measure }, at) => ({ column, measure, judged: judged[at] }));
}

const place = 'file_row_number';

function valueSql(column: string, which: FlightCase): string {
  if (which !== 'delay up by 10 minutes' || column !== 'delay') return `"${column}"::VARCHAR`;
  return `("${column}" + CASE WHEN ${place} % 60 = 0 THEN 10 ELSE 0 END)::VARCHAR`;
}

function sidesOf(all: number, which: FlightCase): string {
  if (which === 'last against all') {
    return `count(*)::DOUBLE AS reference, count(*) FILTER (${place} >= ${all - 500_000})::DOUBLE AS current`;
  }
  const sides = { reference: `${place} % 10 = 0 AND ${place} % 60 <> 0`, current: `${place} % 60 = 0` };
  return Object.entries(sides)
    .map(([side, rows]) => `count(*) FILTER (${rows})::DOUBLE AS ${side}`)
    .join(', ');
}

interface ValueCount {
  readonly value: string | null;
  readonly reference: number;
  readonly current: number;
}

function sketchOf(type: 'int' | 'string', counts: readonly ValueCount[], side: 'reference' | 'current'): ColumnSketch {
  const nulls = counts.find(({ value }) => value === null)?.[side] ?? 0;
  const full = counts.flatMap((each): Counted<string>[] =>
    each.value === null || each[side] === 0 ? [] : [[each.value, each[side]]],
  );
  return sketchOfCounts(type, nulls, full);
}

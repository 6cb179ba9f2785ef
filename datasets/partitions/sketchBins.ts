import type { ColumnType } from '../../core/contractPlan.ts';
import type { NumberSketch } from '../../core/sketches/columnSketch.ts';
import { exactSum } from '../../core/sketches/exactSum.ts';

/** An hour's numbers as SQL tells them. */
export interface Binned {
  readonly start: number;
  readonly rows: number;
  readonly nulls: number;
  readonly min: number | null;
  readonly max: number | null;
  /** JSON of the buckets in order, with the sum of their values, or of their mantissas; null where no row has a value. */
  readonly bins: string | null;
}

/**
 * Rows, exact sum and ends per hour and bucket of a column of float64 or dates. The sum of float64 in one bucket is that
 * of their mantissas, whole numbers: a sum of the floats themselves would depend on which thread came first.
 */
export function bins(type: Extract<ColumnType, 'number' | 'date'>, values: string): string {
  const { bucket, sum, value } = type === 'date' ? ofDate : ofFloat;
  return `SELECT hour, ${bucket} AS b, count(*) AS n, min(${value}) AS least, max(${value}) AS most, sum(${sum}) AS sum
    FROM (${values}) GROUP BY ALL`;
}

/** The same of whole numbers that were counted by value. */
export function binsOfValues(counted: string): string {
  return `SELECT hour, ${bucketOf('value')} AS b, sum(n) AS n, min(value) AS least, max(value) AS most,
    sum(CAST(value AS HUGEINT) * n) AS sum FROM ${counted} GROUP BY ALL`;
}

/** A row per hour with its bins. */
export function binned(ofHours: string): string {
  const listed = 'list({b: b, n: n, sum: CAST(sum AS VARCHAR)}) FILTER (b IS NOT NULL)';
  return `SELECT CAST(hour AS DOUBLE) AS start, CAST(sum(n) AS DOUBLE) AS rows,
    CAST(coalesce(sum(n) FILTER (b IS NULL), 0) AS DOUBLE) AS nulls, CAST(min(least) AS DOUBLE) AS min,
    CAST(max(most) AS DOUBLE) AS max, CAST(to_json(list_sort(${listed})) AS VARCHAR) AS bins
    FROM (${ofHours}) GROUP BY hour`;
}

/** The sketch of an hour's numbers; null where no row has one. */
export function numbersOf(type: ColumnType, { min, max, bins: text }: Binned): NumberSketch | null {
  if (min === null || max === null || text === null) return null;
  const all = JSON.parse(text) as readonly Bin[];
  return { min, max, sum: sumOf(type, all), buckets: all.map(({ b, n }) => [b, n] as const) };
}

interface Bin {
  readonly b: number;
  readonly n: number;
  readonly sum: string;
}

/** Mantissas of one bucket are all times one power of two. */
function sumOf(type: ColumnType, all: readonly Bin[]): string {
  const powers = all.map(({ b }) => (type === 'number' ? powerOf(b) : 0));
  const least = powers.reduce((one, other) => Math.min(one, other), 0);
  const total = all.reduce((sum, bin, at) => sum + (BigInt(bin.sum) << BigInt((powers[at] ?? 0) - least)), 0n);
  return exactSum(total, least);
}

/** Numbers that are subnormal have the power of two of the least that are not. */
function powerOf(bucket: number): number {
  return Math.max(Math.floor((Math.abs(bucket) - 1) / 64), 1) - 1_075;
}

/** As core's `bucketOf`: sign, exponent and the first six bits of the fraction. */
function bucketOf(value: string): string {
  const float = `CAST(${value} AS DOUBLE)`;
  const size = `CAST((${bitsOf(float)} >> 46) + 1 AS BIGINT)`;
  return `CAST(CASE WHEN ${value} = 0 THEN 0 ELSE sign(${float}) * ${size} END AS BIGINT)`;
}

function bitsOf(float: string): string {
  return `CAST(CAST(abs(${float}) AS BIT) AS UBIGINT)`;
}

/** The fraction's 52 bits, and the one before them that numbers have which are not subnormal. */
function mantissaOf(float: string): string {
  const leading = `CASE WHEN ${bitsOf(float)} >= 4503599627370496 THEN 4503599627370496 ELSE 0 END`;
  return `sign(${float}) * CAST((${bitsOf(float)} & 4503599627370495) + ${leading} AS BIGINT)`;
}

const ofFloat = { bucket: bucketOf('value'), sum: mantissaOf('value'), value: 'value' };

const ofDate = {
  bucket: 'CAST(floor(epoch_us(value) / 86400000000) AS BIGINT)',
  sum: 'epoch_us(value)',
  value: 'epoch_ms(value)',
};

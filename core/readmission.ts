import type { Hour } from './time.ts';

/**
 * Rows that a person mended, and that stand in the place of the source's. At `datasets/<contract>/readmissions/<n>.json`,
 * create-only: of two records with the same row the later one holds.
 */
export interface Readmission {
  /** Counted from 1. */
  readonly n: number;
  /** ISO time, UTC. */
  readonly at: string;
  readonly by: string;
  readonly why: string;
  /** SHA-256 of the file that the person gave. */
  readonly file: string;
  /** The contract that the rows keep to, such as `flights@1.0.0`. */
  readonly contract: string;
  /** `objects/<sha256>` of the rows as Parquet: the contract's columns as text, `_hour` and `_row` of where they were. */
  readonly object: string;
  readonly moves: readonly ReadmittedRows[];
}

/** Some rows of a record that come from one hour and lie in one hour. */
export interface ReadmittedRows {
  /** The hour in which the source has them, and the version of that hour's rows: of another one nothing is known. */
  readonly from: Hour | 'undated';
  readonly source: string;
  /** The hour that they lie in now: the same, unless they had none. */
  readonly to: Hour;
  readonly rows: number;
}

/** A move that holds for the source as it is, and the record that it is of. */
export interface EffectiveMove extends ReadmittedRows {
  readonly record: number;
  readonly object: string;
}

/** The name of a version of an hour's source rows: their count and order-free hash. */
export function sourceVersion({ rows, hash }: { readonly rows: number; readonly hash: string }): string {
  return `${rows}.${hash}`;
}

/** What holds: the moves whose hour the source has in that very version. `versionOf` says which it has, if any. */
export function effectiveMoves(
  records: readonly Readmission[],
  versionOf: (hour: Hour | 'undated') => string | undefined,
): EffectiveMove[] {
  return records.flatMap(({ n, object, moves }) =>
    moves.filter(({ from, source }) => versionOf(from) === source).map((move) => ({ ...move, record: n, object })),
  );
}

/**
 * The moves that decide what a partition is: those from it and to it, and all others from the same hours, for a later one
 * may take a row elsewhere. Empty where the partition is what the source says.
 */
export function movesOf(hour: Hour | 'undated', moves: readonly EffectiveMove[]): EffectiveMove[] {
  const origins = new Set(moves.filter(({ from, to }) => from === hour || to === hour).map(({ from }) => from));
  return moves.filter(({ from }) => origins.has(from));
}

import type { DriftRound } from '../driftSoak.ts';
import { binomialTail } from './binomialTail.ts';
import { type DriftCounts, stated } from './driftCounts.ts';
import { discreteTests } from './driftWorld.ts';
import { percent } from './percent.ts';
import type { QuietFlights } from './quietFlights.ts';

export interface DriftReport {
  readonly quiet: readonly QuietRow[];
  /** Rows that promise something. Of so many some are marked though all keep their word. */
  readonly comparisons: number;
  /** By drift, then rows of the window: the share of windows in which it is found, at 1 % of false alarms. */
  readonly power: Readonly<Record<string, Readonly<Record<string, PowerRow>>>>;
  readonly flights: QuietFlights | null;
  /** Rows that are farther from what is stated than three Monte Carlo errors. */
  readonly marked: readonly string[];
  /** Those that chance alone would give anywhere among all comparisons in less than 1 % of such soaks (Bonferroni). */
  readonly violations: readonly string[];
}

export interface QuietRow {
  readonly rows: number;
  /** Name of a test, or what all tests of a look say: `any, alone` and `any, together`. */
  readonly test: string;
  readonly windows: number;
  /** Stated and observed share of windows that are off. */
  readonly stated: number;
  readonly observed: number;
  /** Monte Carlo standard error of the stated share. */
  readonly error: number;
  /** Whether no more than what is stated is promised. */
  readonly atMost: boolean;
}

export interface PowerRow {
  readonly windows: number;
  /** By test, those alone that find it in 5 % of the windows and more. */
  readonly tests: Readonly<Record<string, number>>;
  /** By all tests judged together. */
  readonly together: number;
}

export function driftReport(round: DriftRound, flights: QuietFlights | null): DriftReport {
  const quiet = Object.entries(round.quiet).flatMap(([rows, counts]) => quietRows(Number(rows), counts));
  const power: Record<string, Record<string, PowerRow>> = {};
  for (const [rows, drifts] of Object.entries(round.drifted)) {
    for (const [name, counts] of Object.entries(drifts)) power[name] = { ...power[name], [rows]: powerRow(counts) };
  }
  const promised = quiet.filter(isPromise);
  return {
    quiet,
    comparisons: promised.length,
    power,
    flights,
    marked: promised.filter(isFar).map(quietText),
    violations: promised.filter((row) => chanceOf(row) < soaksWrong / promised.length).map(quietText),
  };
}

/** The share of soaks that may end with a violation though every test keeps its word. */
const soaksWrong = 0.01;

export function quietText({ rows, test, stated, observed, error, atMost }: QuietRow): string {
  const promise = `${atMost ? 'at most ' : ''}${percent(stated)} ± ${percent(error)}`;
  return `${rows} rows, ${test}: ${percent(observed)} for ${promise}`;
}

function quietRows(rows: number, { windows, off, anyAlone, anyTogether }: DriftCounts): QuietRow[] {
  const named = [...Object.entries(off), ['any, alone', anyAlone] as const, ['any, together', anyTogether] as const];
  return named.flatMap(([test, counts]) =>
    stated.map((share) => ({
      rows,
      test,
      windows,
      stated: share,
      observed: (counts[share] ?? 0) / windows,
      error: Math.sqrt((share * (1 - share)) / windows),
      atMost: discreteTests.includes(test) || test === 'any, together',
    })),
  );
}

/** Tests alone promise nothing for all of them. */
function isPromise({ test }: QuietRow): boolean {
  return test !== 'any, alone';
}

function isFar({ stated, observed, error, atMost }: QuietRow): boolean {
  return observed > stated + 3 * error || (!atMost && observed < stated - 3 * error);
}

/** The probability of a count as far off, if what is stated holds; of both sides where more is promised than a bound. */
function chanceOf({ stated, observed, windows, atMost }: QuietRow): number {
  const off = Math.round(observed * windows);
  const above = binomialTail(off, windows, stated);
  return atMost ? above : 2 * Math.min(above, binomialTail(windows - off, windows, 1 - stated));
}

function powerRow({ windows, off, anyTogether }: DriftCounts): PowerRow {
  const shares = Object.entries(off).map(([test, counts]) => [test, (counts[0.01] ?? 0) / windows] as const);
  const found = shares.filter(([, share]) => share >= 0.05);
  return { windows, tests: Object.fromEntries(found), together: (anyTogether[0.01] ?? 0) / windows };
}

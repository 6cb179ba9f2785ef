import type { DriftRound } from '../driftSoak.ts';
import { type DriftCounts, stated } from './driftCounts.ts';
import { discreteTests } from './driftWorld.ts';
import { percent } from './percent.ts';
import type { QuietFlights } from './quietFlights.ts';

/** `violations` is empty where every test kept its word within three Monte Carlo errors. */
export interface DriftReport {
  readonly quiet: readonly QuietRow[];
  /** By drift, then rows of the window: the share of windows in which it is found, at 1 % of false alarms. */
  readonly power: Readonly<Record<string, Readonly<Record<string, PowerRow>>>>;
  readonly flights: QuietFlights | null;
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
  return { quiet, power, flights, violations: quiet.filter(isBroken).map(quietText) };
}

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
function isBroken({ test, stated, observed, error, atMost }: QuietRow): boolean {
  if (test === 'any, alone') return false;
  return observed > stated + 3 * error || (!atMost && observed < stated - 3 * error);
}

function powerRow({ windows, off, anyTogether }: DriftCounts): PowerRow {
  const shares = Object.entries(off).map(([test, counts]) => [test, (counts[0.01] ?? 0) / windows] as const);
  const found = shares.filter(([, share]) => share >= 0.05);
  return { windows, tests: Object.fromEntries(found), together: (anyTogether[0.01] ?? 0) / windows };
}

import type { GateRound } from '../gateSoak.ts';
import { coveredMetrics } from './coverage.ts';
import { rowsPerDay } from './hourNoise.ts';
import { margins } from './nonInferiority.ts';
import type { SeriesResult } from './superiority.ts';

/** The figures of all rounds; `violations` is empty where the gate kept its word within three Monte Carlo errors. */
export interface GateReport {
  readonly rowsPerDay: number;
  readonly superiority: readonly SuperiorityRow[];
  readonly passes: Readonly<Record<string, { readonly share: Figure; readonly asIfEqual: number }>>;
  readonly creep: readonly CreepRow[];
  readonly coverage: Readonly<Record<string, Figure>>;
  readonly violations: readonly string[];
}

/** A mean with its Monte Carlo standard error. */
export interface Figure {
  readonly mean: number;
  readonly error: number;
}

export interface SuperiorityRow {
  readonly world: string;
  readonly series: number;
  readonly promotedAYear: number;
  readonly wrongAYear: Figure;
  /** The false discovery rate: the mean over series of the share that is wrong, 0 where none is promoted. */
  readonly shareWrong: Figure;
  /** Of all promotions of all series. */
  readonly pooledShareWrong: number;
  readonly power: number;
}

export interface CreepRow {
  readonly world: string;
  readonly series: number;
  readonly promotions: number;
  readonly looks: number;
  readonly quality: number;
  readonly lowest: number;
  readonly beyondMargin: number;
}

export function gateReport(rounds: readonly GateRound[]): GateReport {
  const superiority = keysOf(rounds, 'superiority').map((world) =>
    superiorityRow(
      world,
      rounds.flatMap((round) => round.superiority[world] ?? []),
    ),
  );
  const creep = keysOf(rounds, 'creep').map((world) => creepRow(world, rounds));
  const passes = Object.fromEntries(keysOf(rounds, 'passes').map((name) => [name, passRow(name, rounds)]));
  const covered = Object.fromEntries(coverageRows(rounds));
  const report = { rowsPerDay, superiority, passes, creep, coverage: covered };
  return { ...report, violations: violationsOf(report) };
}

function superiorityRow(world: string, results: readonly SeriesResult[]): SuperiorityRow {
  const [promoted, wrong, better] = (['promoted', 'wrong', 'better'] as const).map((key) =>
    totalOf(results.map((one) => one[key])),
  );
  return {
    world,
    series: results.length,
    promotedAYear: (promoted ?? 0) / results.length,
    wrongAYear: figureOf(results.map((one) => one.wrong)),
    shareWrong: figureOf(results.map((one) => (one.promoted === 0 ? 0 : one.wrong / one.promoted))),
    pooledShareWrong: promoted === 0 ? 0 : (wrong ?? 0) / (promoted ?? 1),
    power: better === 0 ? 0 : ((promoted ?? 0) - (wrong ?? 0)) / (better ?? 1),
  };
}

function creepRow(world: string, rounds: readonly GateRound[]): CreepRow {
  const results = rounds.flatMap((round) => round.creep[world] ?? []);
  const mean = (values: readonly number[]): number => totalOf(values) / results.length;
  return {
    world,
    series: results.length,
    promotions: mean(results.map(({ promoted }) => promoted)),
    looks: mean(results.map(({ looks }) => looks)),
    quality: mean(results.map(({ quality }) => quality)),
    lowest: Math.min(...results.map(({ lowest }) => lowest)),
    beyondMargin: mean(results.map(({ quality }) => (quality < -margins.reference ? 1 : 0))),
  };
}

function passRow(name: string, rounds: readonly GateRound[]): { share: Figure; asIfEqual: number } {
  const all = rounds.flatMap((round) => round.passes[name] ?? []);
  const looks = totalOf(all.map((one) => one.looks));
  return {
    share: shareOf(totalOf(all.map(({ passed }) => passed)), looks),
    asIfEqual: totalOf(all.map(({ asIfEqual }) => asIfEqual)) / looks,
  };
}

function coverageRows(rounds: readonly GateRound[]): [string, Figure][] {
  const days = totalOf(rounds.map((round) => round.coverage.days));
  return (['alone', 'paired'] as const).flatMap((kind) =>
    coveredMetrics.map((metric): [string, Figure] => {
      const held = totalOf(rounds.map((round) => round.coverage[kind][metric] ?? 0));
      return [`${metric} ${kind}`, shareOf(held, days)];
    }),
  );
}

/** What a figure must keep within three of its errors. */
function violationsOf({ superiority, passes, creep, coverage }: Omit<GateReport, 'violations'>): string[] {
  const above = ({ mean, error }: Figure, limit: number): boolean => mean - 3 * error > limit;
  const margin = passes['worse by the margin']?.share;
  return [
    ...superiority
      .filter(({ world, shareWrong }) => world.endsWith(' corrected') && above(shareWrong, 0.05))
      .map(({ world }) => `${world}: more than 5 % of promotions are wrong`),
    ...(margin !== undefined && above(margin, 0.05)
      ? ['a candidate worse by the margin passes at more than 5 % of looks']
      : []),
    ...creep
      .filter(({ world, quality, beyondMargin, series }) => {
        const share = { mean: beyondMargin, error: Math.sqrt((0.05 * 0.95) / series) };
        return world.endsWith(' corrected') && (quality < -margins.reference || above(share, 0.05));
      })
      .map(({ world }) => `${world}: quality lost more than the margin, on average or in more than 5 % of series`),
    ...Object.entries(coverage)
      .filter(([, { mean, error }]) => mean + 3 * error < 0.93 || mean - 3 * error > 0.97)
      .map(([name]) => `${name}: its intervals hold the truth in less than 93 or more than 97 %`),
  ];
}

function keysOf(rounds: readonly GateRound[], part: 'superiority' | 'passes' | 'creep'): string[] {
  return Object.keys(rounds[0]?.[part] ?? {});
}

/** Its error is that of Agresti and Coull 1998, which is no 0 where all or none are counted. */
function shareOf(count: number, total: number): Figure {
  const near = (count + 2) / (total + 4);
  return { mean: count / total, error: Math.sqrt((near * (1 - near)) / (total + 4)) };
}

function figureOf(values: readonly number[]): Figure {
  const mean = totalOf(values) / values.length;
  const squares = totalOf(values.map((value) => (value - mean) ** 2));
  return { mean, error: Math.sqrt(squares / (values.length - 1) / values.length) };
}

function totalOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

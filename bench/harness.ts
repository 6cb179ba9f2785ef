import { cpus, totalmem } from 'node:os';

/** One number that a bench tells. */
export interface BenchFigure {
  readonly name: string;
  readonly unit: string;
  readonly better: 'lower' | 'higher';
}

/** A figure that is measured by itself. */
export interface BenchCase extends BenchFigure {
  /** One measurement, in the unit. */
  measure(): Promise<number>;
}

/** Figures that one measurement gives together, such as the stages of a run. */
export interface BenchGroup {
  readonly figures: readonly BenchFigure[];
  /** One measurement: a value for each figure, by name, in its unit. */
  measureAll(): Promise<Readonly<Record<string, number>>>;
}

/** Two cases whose values are divided, run by run, the first by the second. */
export interface BenchRatio {
  readonly name: string;
  readonly of: string;
  readonly to: string;
}

export interface Bench {
  readonly cases: readonly BenchCase[];
  readonly groups?: readonly BenchGroup[];
  readonly ratios: readonly BenchRatio[];
  /** Counted runs, after one that warms up. */
  readonly runs: number;
  /** False where the measurement warms up what it measures by itself. */
  readonly warmsUp?: boolean;
  /** What was measured, on what data. */
  readonly conditions: readonly string[];
  close(): Promise<void>;
}

export interface CaseResult {
  readonly case: string;
  readonly unit: string;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly runs: number;
}

export interface RatioResult {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** `inside the noise` unless every run agrees on the direction. */
  readonly verdict: string;
}

export interface BenchReport {
  readonly name: string;
  readonly machine: string;
  readonly conditions: readonly string[];
  readonly cases: readonly CaseResult[];
  readonly ratios: Readonly<Record<string, RatioResult>>;
}

/** Runs a bench: one round to warm up, then rounds of all cases in turn, so that a drift of the machine hits all alike. */
export async function runBench(name: string, bench: Bench, report: (line: string) => void): Promise<BenchReport> {
  const figures = figuresOf(bench);
  const values = new Map(figures.map((one) => [one.name, [] as number[]]));
  for (let round = bench.warmsUp === false ? 1 : 0; round <= bench.runs; round += 1) {
    report(round === 0 ? `${name}: warming up` : `${name}: run ${round} of ${bench.runs}`);
    const measured = await oneRound(bench);
    if (round === 0) continue;
    for (const figure of figures) values.get(figure.name)?.push(measuredValue(measured, figure));
  }
  const cases = figures.map((one) => ({
    case: one.name,
    unit: one.unit,
    ...spread(values.get(one.name) ?? []),
    runs: bench.runs,
  }));
  const ratios = bench.ratios.map((ratio) => [ratio.name, ratioOf(ratio, bench, values)] as const);
  return { name, machine: machineText(), conditions: bench.conditions, cases, ratios: Object.fromEntries(ratios) };
}

function figuresOf({ cases, groups = [] }: Pick<Bench, 'cases' | 'groups'>): BenchFigure[] {
  return [...cases, ...groups.flatMap((group) => group.figures)];
}

async function oneRound({ cases, groups = [] }: Bench): Promise<Map<string, number>> {
  const measured = new Map<string, number>();
  for (const one of cases) measured.set(one.name, await one.measure());
  for (const group of groups) {
    for (const [name, value] of Object.entries(await group.measureAll())) measured.set(name, value);
  }
  return measured;
}

function measuredValue(measured: ReadonlyMap<string, number>, { name }: BenchFigure): number {
  const value = measured.get(name);
  if (value === undefined)
    throw new Error(`expected a value of '${name}', but came: ${[...measured.keys()].join(', ')}`);
  return value;
}

/** Pairs the runs of two cases: they are a difference only if each pair says so. */
export function ratioOf(
  { of, to }: BenchRatio,
  bench: Pick<Bench, 'cases' | 'groups'>,
  values: ReadonlyMap<string, readonly number[]>,
): RatioResult {
  const others = values.get(to) ?? [];
  const paired = (values.get(of) ?? []).map((value, run) => value / (others[run] ?? Number.NaN));
  const range = spread(paired);
  const better = figuresOf(bench).find(({ name }) => name === of)?.better;
  return { ...range, verdict: verdictOf(range, better === 'higher', of, to) };
}

function verdictOf(
  { min, max }: { min: number; max: number },
  higherIsBetter: boolean,
  of: string,
  to: string,
): string {
  if (min <= 1 && max >= 1) return 'inside the noise';
  return min > 1 === higherIsBetter ? `${of} is better than ${to}` : `${to} is better than ${of}`;
}

function spread(values: readonly number[]): { median: number; min: number; max: number } {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const median = ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
  return { median, min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN };
}

function machineText(): string {
  const [first] = cpus();
  return `${cpus().length} x ${first?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, ${process.platform}`;
}

import { cpus, totalmem } from 'node:os';

/** One thing that is measured. */
export interface BenchCase {
  readonly name: string;
  readonly unit: string;
  readonly better: 'lower' | 'higher';
  /** One measurement, in the unit. */
  measure(): Promise<number>;
}

/** Two cases whose values are divided, run by run, the first by the second. */
export interface BenchRatio {
  readonly name: string;
  readonly of: string;
  readonly to: string;
}

export interface Bench {
  readonly cases: readonly BenchCase[];
  readonly ratios: readonly BenchRatio[];
  /** Counted runs, after one that warms up. */
  readonly runs: number;
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
  const values = new Map(bench.cases.map((one) => [one.name, [] as number[]]));
  for (let round = 0; round <= bench.runs; round += 1) {
    report(round === 0 ? `${name}: warming up` : `${name}: run ${round} of ${bench.runs}`);
    for (const one of bench.cases) {
      const value = await one.measure();
      if (round > 0) values.get(one.name)?.push(value);
    }
  }
  const cases = bench.cases.map((one) => ({
    case: one.name,
    unit: one.unit,
    ...spread(values.get(one.name) ?? []),
    runs: bench.runs,
  }));
  const ratios = bench.ratios.map((ratio) => [ratio.name, ratioOf(ratio, bench, values)] as const);
  return { name, machine: machineText(), conditions: bench.conditions, cases, ratios: Object.fromEntries(ratios) };
}

/** Pairs the runs of two cases: they are a difference only if each pair says so. */
export function ratioOf(
  { of, to }: BenchRatio,
  bench: Pick<Bench, 'cases'>,
  values: ReadonlyMap<string, readonly number[]>,
): RatioResult {
  const others = values.get(to) ?? [];
  const paired = (values.get(of) ?? []).map((value, run) => value / (others[run] ?? Number.NaN));
  const range = spread(paired);
  const better = bench.cases.find(({ name }) => name === of)?.better;
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

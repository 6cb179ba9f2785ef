import { type CoverageCounts, coverage, type Truth, truthOf } from './gate/coverage.ts';
import { type Anchor, type CreepResult, creepSeries, margins, type PassCounts, passes } from './gate/nonInferiority.ts';
import { type Policy, type SeriesResult, superioritySeries } from './gate/superiority.ts';
import { keptRounds } from './keptRounds.ts';

export interface GateSoakOptions {
  readonly folder: string;
  /** Series of looks of each world; one day of simulated rows for each two of them. */
  readonly series: number;
  readonly seed: number;
  /** Hourly looks of a series; a year's when left out. */
  readonly looks?: number;
  readonly report: (line: string) => void;
}

/** Worlds of candidates: half of them are better by `gain`, or none where it is 0. */
const worlds: readonly { gain: number; alike: number; policies: readonly Policy[] }[] = [
  { gain: 0, alike: 0, policies: ['corrected', 'uncorrected'] },
  { gain: 0.0025, alike: 0, policies: ['corrected', 'uncorrected'] },
  { gain: 0.005, alike: 0, policies: ['corrected', 'uncorrected'] },
  { gain: 0.01, alike: 0, policies: ['corrected', 'uncorrected'] },
  { gain: 0.01, alike: 0.95, policies: ['corrected', 'uncorrected'] },
  { gain: 0.02, alike: 0, policies: ['corrected', 'uncorrected', 'e-LOND'] },
];

/** Candidates always worse by so much, or on average with a spread. */
const declines = [
  { step: -0.0005, spread: 0 },
  { step: -0.001, spread: 0.001 },
] as const;
const anchors: readonly Anchor[] = ['none', 'uncorrected', 'corrected'];

/** What some series gave, by the name of their world and policy. */
export interface GateRound {
  readonly superiority: Readonly<Record<string, readonly SeriesResult[]>>;
  readonly passes: Readonly<Record<string, PassCounts>>;
  readonly creep: Readonly<Record<string, readonly CreepResult[]>>;
  readonly coverage: CoverageCounts;
}

/** How many series are done between two times of writing down what is there. */
const seriesPerRound = 20;

/** Simulates the gate: rounds of series, each kept once it is done. */
export async function gateSoak({ folder, series, seed, looks = 8_760, report }: GateSoakOptions): Promise<GateRound[]> {
  let truth: Truth | undefined;
  return keptRounds<GateRound>(
    folder,
    { soak: 'gate', seed, series, looks },
    (rounds) => rounds.length * seriesPerRound >= series,
    async (round) => {
      // A soak of a thousand series deserves a truth without an error of its own.
      truth ??= truthOf(seed, Math.min(2_000_000, 10_000 * series));
      const done = roundOf(seed + round * 1_000_003, Math.min(seriesPerRound, series), looks, truth);
      report(`gate: ${(round + 1) * seriesPerRound} of ${series} series`);
      return done;
    },
  );
}

function roundOf(seed: number, series: number, looks: number, truth: Truth): GateRound {
  const seeds = Array.from({ length: series }, (_, at) => seed + at);
  const superiority = worlds.flatMap(({ gain, alike, policies }) =>
    policies.map((policy) => {
      const done = seeds.map((own) => superioritySeries({ seed: own, looks, policy, gain, alike }));
      return [`${gain} ${alike} ${policy}`, done] as const;
    }),
  );
  const creep = declines.flatMap((decline) =>
    anchors.map((anchor) => {
      const limits = { promotions: 10_000, looks: 17 * looks };
      // Each takes as long as twenty of the others.
      const done = seeds
        .slice(0, Math.ceil(series / 20))
        .map((own) => creepSeries({ seed: own, anchor, ...decline, ...limits }));
      return [`${decline.step} ${decline.spread} ${anchor}`, done] as const;
    }),
  );
  const [{ champion, reference }, days] = [margins, series * 200];
  return {
    superiority: Object.fromEntries(superiority),
    passes: {
      'worse by the margin': passes(seed, days, -champion, champion),
      'worse by 1.5 margins': passes(seed, days, -1.5 * champion, champion),
      'as good': passes(seed, days, 0, champion),
      'worse by the margin, reference, 1 in 1000': passes(seed, days, -reference, reference, 0.001),
      'better by 0.005 at 5 %': passes(seed, days, 0.005, 0),
      'better by 0.005 at 0.5 %': passes(seed, days, 0.005, 0, 0.005),
      'better by 0.01 at 0.5 %': passes(seed, days, 0.01, 0, 0.005),
    },
    creep: Object.fromEntries(creep),
    coverage: coverage(seed, series * 2, truth),
  };
}

import { z } from 'zod';
import type { Duration } from '../../core/time.ts';
import {
  auc,
  brier,
  category,
  column,
  contract,
  cyclic,
  definePipeline,
  exhaustive,
  type Learner,
  logistic,
  mlp,
  number,
  parquet,
  recentRate,
  sample,
} from '../../index.ts';

export interface SmallFlightsOverrides {
  readonly id?: string;
  /** A Parquet file in place of the sample. */
  readonly path?: string;
  readonly seed?: number;
  readonly train?: Duration;
  readonly test?: Duration;
  readonly aucAtLeast?: number;
  readonly learners?: readonly Learner[];
}

const usualLearners = [logistic({ l2: [1e-5, 1e-3] }), mlp({ hidden: [[8]], learningRate: [1e-2], l2: [0] })];

/** A small and quick pipeline on the demo's data, for tests from end to end: three candidates, one epoch, two days. */
export function smallFlights(overrides: SmallFlightsOverrides = {}) {
  const { id = 'small-flights', path, seed = 7, train = '2 days', test = '1 day', aucAtLeast = 0.55 } = overrides;
  const learners = overrides.learners ?? usualLearners;
  const flights = contract('flights', {
    source: parquet(path ?? sample('flights-3m')),
    row: z.object({
      date: z.date(),
      delay: z.int().min(-120).max(1500),
      distance: z.int().min(1).max(6000),
      origin: z.string().regex(/^[A-Z0-9]{3}$/),
      destination: z.string().regex(/^[A-Z0-9]{3}$/),
    }),
    eventTime: 'date',
    rules: [column('origin').differsFrom('destination')],
    severity: { 'distance.max': 'warn', 'destination.pattern': 'reject' },
  });
  return definePipeline({
    id,
    contract: flights,
    label: {
      name: 'late',
      from: column('delay').above(15),
      settlesAfter: column('distance').times('8 seconds').plus('30 minutes'),
      settlesWithin: '8 hours',
    },
    window: { train, validate: '6 hours', test },
    features: {
      distance: number('distance'),
      hour: cyclic('date', 'hour of day'),
      origin: category('origin'),
      originLately: recentRate('origin', { over: '6 hours' }),
    },
    search: {
      learners,
      maximize: auc,
      strategy: exhaustive({ epochs: '1 epoch' }),
      seed,
    },
    scorecard: { metrics: [auc, brier], slices: ['origin'] },
    gate: [auc.atLeast(aucAtLeast), auc.noWorseThanChampion({ by: 0.005 }), auc.noWorseThanReference({ by: 0.1 })],
    answer: { positive: 'late', negative: 'on time' },
  });
}

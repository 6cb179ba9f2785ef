import { z } from 'zod';
import type { SourceKind } from '../../core/contractPlan.ts';
import type { Plan } from '../../core/plan.ts';
import {
  auc,
  category,
  column,
  contract,
  csv,
  definePipeline,
  exhaustive,
  logistic,
  ndjson,
  number,
  parquet,
  recentRate,
} from '../../index.ts';

export const sourceKinds: readonly SourceKind[] = ['ndjson', 'csv', 'parquet'];

/** A day of flights from files of one kind, some of them bad: the data stages of all formats are soaked alike. */
export function dataPlan(kind: SourceKind): Plan {
  const source = { ndjson, csv, parquet }[kind](kind);
  const flights = contract(`flights-${kind}`, {
    source,
    row: z.object({
      date: z.date(),
      delay: z.int().min(-120).max(1500),
      distance: z.int().min(1).max(6000),
      origin: z.string().regex(/^[A-Z]{3}$/),
      destination: z.string().regex(/^[A-Z]{3}$/),
    }),
    eventTime: 'date',
    rules: [column('origin').differsFrom('destination')],
    quarantine: { atMost: 0.5 },
  });
  return definePipeline({
    id: `soak-${kind}`,
    contract: flights,
    label: {
      name: 'late',
      from: column('delay').above(15),
      settlesAfter: column('distance').times('4 seconds').plus('10 minutes'),
      settlesWithin: '2 hours',
    },
    window: { train: '14 hours', validate: '2 hours', test: '2 hours' },
    features: {
      distance: number('distance'),
      origin: category('origin'),
      originLately: recentRate('origin', { over: '2 hours' }),
    },
    search: {
      learners: [logistic({ l2: [1e-3] })],
      maximize: auc,
      strategy: exhaustive({ epochs: '1 epoch' }),
      seed: 7,
    },
    scorecard: { metrics: [auc], slices: ['origin'] },
    gate: [auc.atLeast(0.5)],
    answer: { positive: 'late', negative: 'on time' },
  }).plan;
}

/** All that a run at the first of them reads, and what comes in one more hour. */
export const soakHours = 27;
export const asOfs = ['2001-01-02T00', '2001-01-02T01'] as const;

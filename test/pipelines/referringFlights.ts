import { z } from 'zod';
import {
  auc,
  column,
  contract,
  definePipeline,
  exhaustive,
  gapAtMost,
  logistic,
  number,
  parquet,
  references,
  unique,
} from '../../index.ts';

const parts = {
  label: { name: 'late', from: column('delay').above(15), settlesAfter: '3 hours', settlesWithin: '8 hours' },
  features: { distance: number('distance') },
  search: { learners: [logistic({ l2: [1e-3] })], maximize: auc, strategy: exhaustive({ epochs: '1 epoch' }) },
  scorecard: { metrics: [auc] },
  gate: [auc.atLeast(0.1)],
} as const;
const window = { train: '12 hours', validate: '3 hours', test: '3 hours' } as const;
const row = z.object({ date: z.date(), delay: z.int(), distance: z.int(), origin: z.string() });

const known = contract('known', { source: parquet('known.parquet'), row, eventTime: 'date' });
const arrivals = contract('arrivals', {
  source: parquet('arrivals.parquet'),
  row: row.extend({ id: z.int() }),
  eventTime: 'date',
  across: [
    unique('id', { within: '6 hours' }),
    references('origin', known, 'origin'),
    gapAtMost('10 minutes', { per: 'origin' }),
  ],
  quarantine: { atMost: 0.05 },
});

/** Two quick pipelines for tests from end to end: rows of `arrivals` refer to rows of `known`. */
export const knownFlights = definePipeline({ ...parts, id: 'known-flights', contract: known, window });
export const arrivingFlights = definePipeline({ ...parts, id: 'arriving-flights', contract: arrivals, window });

import { z } from 'zod';
import {
  alert,
  auc,
  category,
  column,
  contract,
  csv,
  definePipeline,
  exhaustive,
  logistic,
  number,
  onNewData,
  recentRate,
  staleness,
  webhook,
} from '../../../index.ts';

/** Where the receiver of the soak answers, and the secret that it knows: variables of the pipeline worker's surroundings. */
export const receiverUrl = 'WHET_SOAK_WEBHOOK_URL';
export const receiverSecret = 'WHET_SOAK_WEBHOOK_SECRET';

const arrivals = contract('arrivals', {
  source: csv('arrivals.csv'),
  row: z.object({ at: z.date(), delay: z.int(), distance: z.int().min(1), origin: z.string() }),
  eventTime: 'at',
});

/**
 * A small source whose past passes fast: every quarter of a minute the champion's tables are older than promised, an alert
 * fires, thirteen new hours ask for a retraining, and the new champion resolves the alert.
 */
export const watchedArrivals = definePipeline({
  id: 'watched-arrivals',
  contract: arrivals,
  label: {
    name: 'late',
    from: column('delay').above(15),
    settlesAfter: '30 minutes',
    settlesWithin: '1 hour',
  },
  window: { train: '1 day', validate: '6 hours', test: '1 day' },
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
  scorecard: { metrics: [auc] },
  gate: [auc.atLeast(0.5)],
  retrain: [onNewData({ hours: 13 })],
  retraining: { coolDown: '1 minute', budget: { runs: 10_000, minutes: 10_000 } },
  watch: {
    every: '1 second',
    monitors: [staleness({ atMost: '12 hours' })],
    alerts: [alert('stale', { on: 'staleness', severity: 'page', after: 1, until: 1 })],
    tell: [webhook({ name: 'ops', url: `env:${receiverUrl}`, secret: `env:${receiverSecret}` })],
  },
  answer: { positive: 'late', negative: 'on time' },
});

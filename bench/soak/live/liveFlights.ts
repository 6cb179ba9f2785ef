import {
  alert,
  auc,
  category,
  cyclic,
  definePipeline,
  exhaustive,
  logistic,
  number,
  onDecay,
  performance,
  recentRate,
  webhook,
} from '../../../index.ts';
import { soakSubject } from '../soakFlights.ts';
import { receiverSecret, receiverUrl } from '../watch/watchedArrivals.ts';

/**
 * Flights that are replayed with a minute for an hour: what is looked at is minutes long. Nothing retrains it but its own
 * decay, which is that of the tables of recent rates. Eight hours of rows have a wide interval: old tables are shown to be
 * below what is promised a quarter of an hour after they were made, where the promise is a little more than the scorecard's.
 */
export const liveFlights = definePipeline({
  id: 'live-flights',
  ...soakSubject,
  features: {
    distance: number('distance'),
    hour: cyclic('date', 'hour of day'),
    origin: category('origin'),
    originLately: recentRate('origin', { over: '6 hours' }),
    destinationLately: recentRate('destination', { over: '6 hours' }),
  },
  search: {
    learners: [logistic({ l2: [1e-4] })],
    maximize: auc,
    strategy: exhaustive({ epochs: '5 epochs' }),
    seed: 7,
  },
  scorecard: { metrics: [auc] },
  gate: [auc.atLeast(0.55)],
  retrain: [onDecay({ metric: auc })],
  retraining: { coolDown: '3 hours', budget: { runs: 1_000, minutes: 10_000 } },
  watch: {
    every: '5 seconds',
    monitors: [performance(auc, { over: '15 minutes', leastRows: 500, atLeast: 0.68 })],
    alerts: [alert('decay', { on: 'performance', severity: 'page', after: 1, until: 1 })],
    tell: [webhook({ name: 'ops', url: `env:${receiverUrl}`, secret: `env:${receiverSecret}` })],
  },
  answer: { positive: 'late', negative: 'on time' },
});

import {
  alert,
  auc,
  category,
  cyclic,
  definePipeline,
  exhaustive,
  mlp,
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
 * decay, which is that of the tables of recent rates. What it is held to was chosen before the first run: the margin is the one
 * that a monitor has where nobody says anything, 0.02 below the version's own scorecard (auc 0.71). Tables a day old are known
 * to cost 0.10, and eight hours by day have 5,000 to 8,000 flights, whose interval by hours is 0.03 to 0.05 to either side: enough
 * for tables of a day, and not for those of an hour or two, which cost 0.03. Of fewer than 3,000 there is too little to say.
 * The alert fires at the first look that is off: the run that the same look asks for may be over before a third.
 */
export const liveFlights = definePipeline({
  id: 'live-flights',
  ...soakSubject,
  features: {
    distance: number('distance'),
    hour: cyclic('date', 'hour of day'),
    origin: category('origin'),
    destination: category('destination'),
    originLately: recentRate('origin', { over: '6 hours' }),
    destinationLately: recentRate('destination', { over: '6 hours' }),
  },
  window: { train: '4 days', validate: '1 day', test: '1 day' },
  search: {
    learners: [mlp({ hidden: [[32, 16]], learningRate: [3e-3], l2: [1e-4] })],
    maximize: auc,
    strategy: exhaustive({ epochs: '3 epochs' }),
    seed: 7,
  },
  scorecard: { metrics: [auc] },
  gate: [auc.atLeast(0.55)],
  retrain: [onDecay({ metric: auc })],
  retraining: { coolDown: '3 hours', budget: { runs: 1_000, minutes: 10_000 } },
  watch: {
    every: '5 seconds',
    monitors: [performance(auc, { over: '8 minutes', leastRows: 3_000, worseBy: 0.02 })],
    alerts: [alert('decay', { on: 'performance', severity: 'page', after: 1, until: 3 })],
    tell: [webhook({ name: 'ops', url: `env:${receiverUrl}`, secret: `env:${receiverSecret}` })],
  },
  answer: { positive: 'late', negative: 'on time' },
});

import type { Plan } from '../../core/plan.ts';
import { hourMs } from '../../core/time.ts';

/** The flights' pipeline over a window of hours, with every kind of feature. */
export const flightPlan: Plan = {
  format: 1,
  pipeline: 'flight-delays',
  contract: {
    id: 'flights',
    version: '1.0.0',
    source: { kind: 'parquet', at: { sample: 'flights-3m' }, partition: 'hour' },
    key: 'row number in source partition',
    columns: [
      { name: 'date', type: 'date', nullable: false, checks: [] },
      { name: 'delay', type: 'int', nullable: false, checks: [] },
      { name: 'distance', type: 'int', nullable: false, checks: [] },
      { name: 'origin', type: 'string', nullable: false, checks: [] },
      { name: 'destination', type: 'string', nullable: false, checks: [] },
    ],
    eventTime: 'date',
    rules: [],
    across: [],
    batch: [],
    severity: {},
    quarantine: { atMost: 0.01 },
  },
  label: {
    name: 'late',
    from: { column: 'delay', is: 'above', value: 15 },
    settlesAfter: { column: 'distance', timesMs: 8_000, plusMs: 1_800_000 },
    settlesWithinMs: 8 * hourMs,
  },
  window: { trainMs: 12 * hourMs, validateMs: 6 * hourMs, testMs: 6 * hourMs },
  features: [
    { kind: 'number', name: 'distance', column: 'distance' },
    { kind: 'cyclic', name: 'hour', column: 'date', period: 'hour of day' },
    { kind: 'category', name: 'origin', column: 'origin' },
    { kind: 'cyclic', name: 'weekday', column: 'date', period: 'day of week' },
    { kind: 'category', name: 'destination', column: 'destination' },
    { kind: 'recentRate', name: 'originLately', column: 'origin', overMs: 6 * hourMs, smoothing: 10 },
    { kind: 'recentRate', name: 'destinationLately', column: 'destination', overMs: 6 * hourMs, smoothing: 10 },
  ],
  search: {
    learners: [{ kind: 'logistic', l2: [1e-4], learningRate: [1e-2] }],
    maximize: 'auc',
    strategy: { kind: 'exhaustive', epochs: 1 },
    seed: 7,
  },
  scorecard: { metrics: ['auc'], slices: [] },
  gate: [],
  retrain: [],
  rollout: { parity: true, shadowMs: 0 },
  answer: { positive: 'late', negative: 'on time' },
};

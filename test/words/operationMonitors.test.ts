import { expect, test } from 'vitest';
import type { Plan } from '../../core/plan.ts';
import { anomalies } from '../../words/anomalies.ts';
import { auc } from '../../words/auc.ts';
import { brier } from '../../words/brier.ts';
import { cadence } from '../../words/cadence.ts';
import { checkWatch } from '../../words/checkWatch.ts';
import { clockSkew } from '../../words/clockSkew.ts';
import { missingLabels } from '../../words/missingLabels.ts';
import { performance } from '../../words/performance.ts';
import { staleness } from '../../words/staleness.ts';

const [day, quarter] = [86_400_000, 900_000];

test('each monitor stands in the plan, with what it is not told as usual', () => {
  const monitors = [
    performance(auc),
    performance(brier, { atMost: 0.25, slices: true, over: '6 hours' }),
    ...(['rate', 'errors'] as const).map((of) => anomalies(of)),
    clockSkew(),
    staleness({ atMost: '3 hours' }),
    cadence({ id: 'flights', atMost: '2 hours' }),
    missingLabels(),
  ];
  const anomaly = { kind: 'anomaly', overMs: quarter, leastRows: 100 };
  expect(monitors.map((monitor) => monitor.plan(''))).toEqual([
    {
      ...{ kind: 'performance', id: 'performance-auc', overMs: day, leastRows: 500 },
      ...{ metric: 'auc', worseBy: 0.02, slices: false },
    },
    {
      ...{ kind: 'performance', id: 'performance-brier', overMs: day / 4, leastRows: 500 },
      ...{ metric: 'brier', limit: 0.25, slices: true },
    },
    { ...anomaly, id: 'anomalies-rate', of: 'rate', by: 0.5 },
    { ...anomaly, id: 'anomalies-errors', of: 'errors', by: 0.01 },
    { kind: 'clock skew', id: 'clock-skew', overMs: quarter, leastRows: 30, atMostMs: 120_000 },
    { kind: 'staleness', id: 'staleness', overMs: 0, leastRows: 0, atMostMs: 10_800_000 },
    { kind: 'cadence', id: 'flights', overMs: 0, leastRows: 0, atMostMs: 7_200_000 },
    { kind: 'missing labels', id: 'missing-labels', overMs: day, leastRows: 100, atMost: 0.05 },
  ]);
});

test.each([
  [() => performance(auc, { atMost: 0.9 }), 'atLeast'],
  [() => performance(brier, { atLeast: 0.1 }), 'atMost'],
  [() => performance(auc, { worseBy: 0 }), 'above 0'],
  [() => performance(auc, { atLeast: Number.NaN }), 'a number'],
  [() => anomalies('load' as 'rate'), 'one of rate, latency, errors, scores'],
  [() => anomalies('rate', { by: 0 }), 'above 0'],
  [() => clockSkew({ atMost: '0 minutes' }), 'longer than nothing'],
  [() => staleness({ atMost: 'soon' as '1 hour' }), 'a duration'],
  [() => cadence({ id: 'Mine', atMost: '1 hour' }), 'small letters'],
  [() => missingLabels({ atMost: 1 }), 'below 1'],
])('what cannot be watched is refused: %#', (made, told) => {
  expect(() => made().plan('monitor')).toThrow(told);
});

test('a metric that is not on the scorecard is not watched', () => {
  const plan = {
    ...{ features: [], scorecard: { metrics: ['auc'], slices: [] } },
    watch: { monitors: [performance(auc).plan(''), performance(brier).plan('')] },
  } as unknown as Plan;
  expect(() => checkWatch(plan, 'watch')).toThrow('watch.monitors[1]');
});

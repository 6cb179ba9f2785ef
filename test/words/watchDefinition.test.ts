import { expect, test } from 'vitest';
import type { FeaturePlan } from '../../core/featurePlan.ts';
import type { Plan } from '../../core/plan.ts';
import { checkWatch } from '../../words/checkWatch.ts';
import { inputDrift } from '../../words/inputDrift.ts';
import { requireShape } from '../../words/requireShape.ts';
import { scoreDrift } from '../../words/scoreDrift.ts';
import { type WatchDefinition, watchOf, watchShape } from '../../words/watchDefinition.ts';

/** As `definePipeline` reads the section. */
function planned(definition: unknown) {
  requireShape(watchShape, definition, 'watch');
  return watchOf(definition as WatchDefinition, 'auc', 'watch');
}

test('a watch that says no more has the usual monitors', () => {
  const { everyMs, falseAlarms, monitors } = planned({});
  expect([everyMs, falseAlarms]).toEqual([300_000, 0.01]);
  expect(monitors.map(({ id }) => id)).toEqual([
    ...['performance-auc', 'input-drift', 'score-drift', 'concept-drift'],
    ...['anomalies-rate', 'anomalies-latency', 'anomalies-errors', 'anomalies-scores', 'clock-skew', 'missing-labels'],
  ]);
  expect(planned({ monitors: [] }).monitors).toEqual([]);
});

test('monitors are told over how long, from how many rows on, and of which features', () => {
  const own = inputDrift({ id: 'origins', over: '6 hours', leastRows: 50, features: ['origin'] });
  expect(planned({ monitors: [own, scoreDrift({ over: '1 day' })] }).monitors).toEqual([
    { kind: 'input drift', id: 'origins', overMs: 21_600_000, leastRows: 50, features: ['origin'] },
    { kind: 'score drift', id: 'score-drift', overMs: 86_400_000, leastRows: 200 },
  ]);
});

test.each<[() => unknown, string]>([
  [() => planned({ monitors: [inputDrift({ leastRows: 0 })] }), 'a whole number above 0'],
  [() => planned({ monitors: [inputDrift({ over: 'soon' as '1 hour' })] }), 'a duration'],
  [() => planned({ monitors: [inputDrift({ id: 'Mine' })] }), 'small letters'],
  [() => planned({ monitors: [inputDrift({ features: [] })] }), 'one feature or more'],
  [() => planned({ monitors: [scoreDrift(), scoreDrift()] }), 'an id for each'],
  [() => planned({ falseAlarms: 1 }), 'above 0 and below 1'],
])('what cannot be watched is refused: %#', (defined, told) => {
  expect(defined).toThrow(told);
});

test('a monitor of a feature that is not there is told which there are', () => {
  const features: FeaturePlan[] = [{ kind: 'number', name: 'distance', column: 'distance' }];
  const watch = planned({ monitors: [inputDrift({ features: ['distanc'] })] });
  expect(() => checkWatch({ features, watch } as unknown as Plan, 'watch')).toThrow("Did you mean 'distance'?");
});

import { expect, test } from 'vitest';
import { plannedTraffic } from '../../core/servingPlan.ts';
import { requireShape } from '../../words/requireShape.ts';
import { type ServingDefinition, servingOf, servingShape } from '../../words/servingDefinition.ts';

/** As `definePipeline` reads the section. */
function planned(definition: unknown) {
  requireShape(servingShape, definition, 'serving');
  return servingOf(definition as ServingDefinition, 'serving');
}

test('the section fills in what a traffic leaves out', () => {
  const serving = planned({ deadline: '20 milliseconds', stickyBy: 'customer', fallback: ['quick', 'champion'] });
  expect(serving).toEqual({ deadlineMs: 20, stickyBy: 'customer', fallback: ['quick', 'champion'] });
  const variants = { challenger: { version: 3, weight: 0.05, shadow: 0 } };
  const shared = { variants, rules: [], stickyBy: 'customer', fallback: ['champion'], deadlineMs: 20 };
  expect(plannedTraffic({ variants }, serving)).toEqual(shared);
  const quick = { version: 2, weight: 0, shadow: 0 };
  expect(plannedTraffic({ variants: { quick } }, serving).fallback).toEqual(['quick', 'champion']);
  expect(plannedTraffic({ variants, deadlineMs: 5, stickyBy: 'session', fallback: ['challenger'] }, serving)).toEqual({
    ...shared,
    stickyBy: 'session',
    fallback: ['challenger'],
    deadlineMs: 5,
  });
});

test('a traffic has a second where nothing says otherwise', () => {
  expect(planned({})).toEqual({ deadlineMs: 1_000 });
  expect(plannedTraffic({ variants: {} })).toEqual({ variants: {}, rules: [], fallback: [], deadlineMs: 1_000 });
});

test.each<[unknown, string, string]>([
  [{ deadline: 'soon' }, 'duration.invalid', "'soon' in serving.deadline"],
  [{ deadline: '2 hours' }, 'pipeline.invalid', 'deadlineMs from 1 to 60000'],
  [{ stickyBy: 'Customer Id' }, 'pipeline.invalid', 'small letters'],
  [{ fallback: ['decoy'] }, 'pipeline.invalid', 'decoy'],
  [{ fallback: ['quick', 'quick'] }, 'pipeline.invalid', 'each name once'],
  [{ sticky: 'customer' }, 'pipeline.invalid', "'sticky'"],
])('%j is refused', (definition, code, told) => {
  expect(() => planned(definition)).toThrow(expect.objectContaining({ code, message: expect.stringContaining(told) }));
});

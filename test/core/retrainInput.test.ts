import { describe, expect, test } from 'vitest';
import { checkRetrainInput, latestHour } from '../../core/retrainInput.ts';

describe('the input of retrain', () => {
  test('takes a pipeline, and an hour in any of its forms', () => {
    expect(checkRetrainInput({ pipeline: 'a' })).toEqual({ pipeline: 'a' });
    const hour = { pipeline: 'a', asOf: '2001-03-15T12' };
    for (const asOf of ['2001-03-15T12', '2001-03-15T12:00:00Z', '2001-03-15T13:00:00+01:00']) {
      expect(checkRetrainInput({ pipeline: 'a', asOf })).toEqual(hour);
    }
  });

  test.each([
    [undefined, 'nothing'],
    ['flight-delays', '"flight-delays"'],
    [[], '[]'],
    [{}, 'nothing'],
    [{ pipeline: 7 }, '7'],
    [{ pipeline: 'a', asof: 'x' }, "a field 'asof'"],
    [{ pipeline: 'a', asOf: 'noon' }, "'noon'"],
    [{ pipeline: 'a', asOf: '2001-03-15T12:30:00Z' }, "'2001-03-15T12:30:00Z'"],
  ])('refuses %j, naming what came and what to send', (input, came) => {
    expect(() => checkRetrainInput(input)).toThrow(
      expect.objectContaining({ code: 'input.invalid', message: expect.stringContaining(came) }),
    );
  });
});

describe('the latest hour that a run may stand at', () => {
  const startedAt = '2026-01-01T00:00:00Z';
  const minutesOn = (minutes: number) => Date.parse(startedAt) + minutes * 60_000;

  test('is the hour of the real time, unless the past is replayed', () => {
    expect(latestHour(minutesOn(90), undefined)).toBe('2026-01-01T01');
  });

  test('moves on by an hour for each step of the replay, and stands still without a pace', () => {
    const replay = { from: '2001-03-15T12', startedAt, hourLastsMs: 60_000 };
    expect([0, 0.9, 1, 13].map((minutes) => latestHour(minutesOn(minutes), replay))).toEqual([
      '2001-03-15T12',
      '2001-03-15T12',
      '2001-03-15T13',
      '2001-03-16T01',
    ]);
    expect(latestHour(minutesOn(600), { ...replay, hourLastsMs: null })).toBe('2001-03-15T12');
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  afterLook,
  dooming,
  dueKeys,
  endingDoom,
  newsMs,
  noSweep,
  type SweepState,
  sparing,
  takingBack,
} from '../../core/sweepRules.ts';

const graceMs = 24 * 3_600_000;
const due = (state: SweepState, nowMs: number, rest: { oldestRunMs?: number; modifiedMs?: number } = {}) =>
  dueKeys(state, { nowMs, graceMs, oldestRunMs: rest.oldestRunMs, modifiedMs: () => rest.modifiedMs ?? 0 });

test('a candidate is due when the grace is over on the millisecond, unless it was written since', () => {
  const state = afterLook(noSweep, new Set(['a']), { nowMs: 1_000, graceMs });
  expect([due(state, 1_000 + graceMs - 1), due(state, 1_000 + graceMs)]).toEqual([[], ['a']]);
  expect(due(state, 1_000 + graceMs, { modifiedMs: 1_001 })).toEqual([]);
});

test('a later look keeps when it was first seen, and forgets what is needed again', () => {
  const first = afterLook(noSweep, new Set(['a', 'b']), { nowMs: 1, graceMs });
  const second = afterLook(first, new Set(['b', 'c']), { nowMs: 9, graceMs });
  expect(second.candidates).toEqual({ b: 1, c: 9 });
});

test('a run under way holds back what was not known well before it began', () => {
  const state = afterLook(noSweep, new Set(['a']), { nowMs: 0, graceMs });
  const began = 2 * newsMs;
  expect(due(state, graceMs, { oldestRunMs: began })).toEqual(['a']);
  expect(due(state, graceMs, { oldestRunMs: began - 1 })).toEqual([]);
});

test('what is used is no candidate; what is doomed is neither, and comes back with its old age', () => {
  const state = afterLook(noSweep, new Set(['a', 'b', 'c']), { nowMs: 5, graceMs });
  expect(sparing(state, ['a', 'none'], 7)).toMatchObject({ candidates: { b: 5, c: 5 }, spared: { a: 7 } });
  expect(sparing(state, ['none'], 7)).toBe(state);
  const doomed = dooming(state, 'sweep', ['a', 'b']);
  expect([doomed.candidates, doomed.doomed?.keys]).toEqual([{ c: 5 }, { a: 5, b: 5 }]);
  expect(sparing(doomed, ['a'], 7)).toBe(doomed);
  expect(takingBack(doomed)).toEqual(state);
  expect(endingDoom(doomed, ['b']).candidates).toEqual({ b: 5, c: 5 });
});

/** One clock, two keys, a worker that hears of candidates late, and a sweep that looks and dooms at any time. */
test('nothing that was used is doomed within the grace less the news, in any order of things', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: graceMs }) }),
    fc.record({ do: fc.constant('use' as const), key: fc.constantFrom('a', 'b') }),
    fc.record({ do: fc.constant('look' as const), unneeded: fc.subarray(['a', 'b']) }),
    fc.record({ do: fc.constant('doom' as const) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let [state, nowMs, heardAt] = [noSweep, 0, 0];
      let heard = new Set<string>();
      const usedAt = new Map<string, number>();
      for (const one of steps) {
        if (one.do === 'wait') nowMs += one.ms;
        if (one.do === 'look') state = afterLook(state, new Set(one.unneeded), { nowMs, graceMs });
        if (one.do === 'use') {
          if (nowMs - heardAt > newsMs) [heard, heardAt] = [new Set(Object.keys(state.candidates)), nowMs];
          if (heard.has(one.key)) state = sparing(state, [one.key], nowMs);
          usedAt.set(one.key, nowMs);
        }
        if (one.do === 'doom') {
          const keys = due(state, nowMs);
          for (const key of keys)
            expect(nowMs - (usedAt.get(key) ?? -graceMs)).toBeGreaterThanOrEqual(graceMs - newsMs);
          state = endingDoom(dooming(state, 'sweep', keys), []);
        }
      }
    }),
    { numRuns: 2_000 },
  );
});

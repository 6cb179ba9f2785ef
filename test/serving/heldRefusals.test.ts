import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openHeldRefusals } from '../../serving/heldRefusals.ts';

describe('refusals that are held', () => {
  test('are told after 20 ms, in their order, and at once where something else follows', () => {
    const { clock, run } = openClock();
    const { held, told } = openHeld(clock);
    for (const caller of [1, 2, 3]) held.hold(caller, told(caller));
    held.tell(2);
    run(18);
    expect(told.at(2)).toBe(0);
    expect(told.at(1)).toBeUndefined();
    run(6);
    expect(told.order).toEqual([2, 1, 3]);
  });

  test('go out 8 in a millisecond at most, each once, and none is forgotten', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 40 }), (perMs) => {
        const { clock, run } = openClock();
        const { held, told } = openHeld(clock);
        let callers = 0;
        for (const count of perMs) {
          for (let n = 0; n < count; n += 1) held.hold(callers, told(callers++));
          run(1);
        }
        run(40 + Math.ceil(callers / 8));
        expect(told.order).toEqual(Array.from({ length: callers }, (_, caller) => caller));
        for (let caller = 0; caller + 400 < callers; caller += 1) {
          // What may be made up for at once is what 20 ms would have told.
          const ms = (told.at(caller + 400) ?? 0) - (told.at(caller) ?? 0);
          expect(ms).toBeGreaterThanOrEqual(400 / 8 - 22);
        }
      }),
    );
  });
});

interface Told {
  (caller: number): () => void;
  readonly order: number[];
  at(caller: number): number | undefined;
}

function openHeld(clock: ReturnType<typeof openClock>['clock']) {
  const times = new Map<number, number>();
  const order: number[] = [];
  const told: Told = Object.assign(
    (caller: number) => () => {
      order.push(caller);
      times.set(caller, clock.nowMs());
    },
    { order, at: (caller: number) => times.get(caller) },
  );
  return { held: openHeldRefusals<number>(clock), told };
}

/** A clock that goes on when it is told to. */
function openClock() {
  let now = 0;
  let waiting: { readonly dueMs: number; readonly call: () => void }[] = [];
  return {
    clock: {
      nowMs: () => now,
      after: (ms: number, call: () => void) => void waiting.push({ dueMs: now + ms, call }),
    },
    run(ms: number) {
      for (const end = now + ms; now <= end; now += 1) {
        const due = waiting.filter(({ dueMs }) => dueMs <= now);
        waiting = waiting.filter(({ dueMs }) => dueMs > now);
        for (const { call } of due) call();
      }
    },
  };
}

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Fared, openFaring, takenOutAt } from '../../core/faring.ts';

const { bad, of, lateForMs } = takenOutAt;
const step = fc.record({ how: fc.constantFrom<Fared>('well', 'failed', 'late', 'late'), afterMs: fc.nat(60) });

test('failures take a variant out at once, and late scores only when they last', () => {
  const [failing, late] = [openFaring(), openFaring()];
  for (let at = 1; at < bad; at += 1)
    expect([failing('failed', 0).isOut, late('late', 0).isOut]).toEqual([false, false]);
  expect([failing('failed', 0).isOut, late('late', 0).isOut]).toEqual([true, false]);
  expect(late('late', lateForMs - 1)).toEqual({ bad: bad + 1, isOut: false });
  expect(late('late', lateForMs)).toEqual({ bad: bad + 2, isOut: true });
});

test('a halt of less than a second is forgotten, however many requests it made late', () => {
  const faring = openFaring();
  let outs = 0;
  for (let at = 0; at < 20; at += 1) {
    for (let halt = 0; halt < of; halt += 1) if (faring('late', at * 1_000 + halt).isOut) outs += 1;
    for (let well = 0; well < of; well += 1) if (faring('well', at * 1_000 + 100).isOut) outs += 1;
  }
  expect(outs).toBe(0);
});

test('who is out had so many bad ones among the last, for so long or all failed', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const faring = openFaring();
      const seen: Fared[] = [];
      let [now, since] = [0, Number.POSITIVE_INFINITY];
      for (const { how, afterMs } of steps) {
        now += afterMs;
        seen.push(how);
        const window = seen.slice(-of);
        const [failed, all] = [(each: Fared) => each === 'failed', (each: Fared) => each !== 'well'].map(
          (kind) => window.filter(kind).length,
        ) as [number, number];
        since = all < bad ? Number.POSITIVE_INFINITY : Math.min(since, now);
        expect(faring(how, now)).toEqual({ bad: all, isOut: failed >= bad || now - since >= lateForMs });
      }
    }),
  );
});

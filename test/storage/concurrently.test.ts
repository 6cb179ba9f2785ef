import { expect, test } from 'vitest';
import { concurrently } from '../../storage/concurrently.ts';

test('works on at most so many at once, and gives the results in order', async () => {
  let [busy, most] = [0, 0];
  const results = await concurrently(
    Array.from({ length: 40 }, (_, at) => at),
    3,
    async (at) => {
      busy += 1;
      most = Math.max(most, busy);
      for (let turn = 0; turn < 20 + ((at * 7) % 5); turn += 1) await Promise.resolve();
      busy -= 1;
      return at * 2;
    },
  );
  expect(results).toEqual(Array.from({ length: 40 }, (_, at) => at * 2));
  expect(most).toBe(3);
});

test('takes no further item after an error, and closes its source', async () => {
  let [given, closed] = [0, false];
  async function* source(): AsyncGenerator<number> {
    try {
      for (; ; given += 1) yield given;
    } finally {
      closed = true;
    }
  }
  const work = async (item: number): Promise<void> => {
    if (item === 5) throw new Error('five');
  };
  await expect(concurrently(source(), 2, work)).rejects.toThrow('five');
  expect(closed).toBe(true);
  expect(given).toBeLessThan(12);
});

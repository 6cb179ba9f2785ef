import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rowsOnce } from '../../serving/rowsOnce.ts';

test('each row is worked on once, whoever asks for it, and everyone has its own rows in its own order', async () => {
  const askers = fc.array(fc.uniqueArray(fc.nat(9), { maxLength: 10 }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(askers, async (asked) => {
      const worked: number[] = [];
      const values = rowsOnce(10, async (rows) => {
        worked.push(...rows);
        await Promise.resolve();
        return rows.map((row) => row * row);
      });
      const given = await Promise.all(asked.map((rows) => values(rows)));
      expect(given).toEqual(asked.map((rows) => rows.map((row) => row * row)));
      expect(worked.length).toBe(new Set(worked).size);
    }),
  );
});

test('who asks for a row whose work failed hears why, and others have theirs', async () => {
  const values = rowsOnce(2, async (rows) => {
    if (rows.includes(0)) throw new Error('row 0');
    return rows;
  });
  const given = await Promise.allSettled([values([0]), values([1]), values([1, 0])]);
  expect(given.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected']);
});

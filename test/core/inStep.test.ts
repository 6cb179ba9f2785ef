import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inStep } from '../../core/inStep.ts';

const name = fc.string({ maxLength: 2, unit: fc.constantFrom('a', 'b', 'c') });

test('what is found is what a table would find, in whatever order it is asked for', () => {
  fc.assert(
    fc.property(fc.uniqueArray(name), fc.array(name, { maxLength: 30 }), (names, asked) => {
      const items = names.sort().map((of) => ({ of }));
      const table = new Map(items.map((item) => [item.of, item]));
      const find = inStep(items, ({ of }) => of);
      expect(asked.map(find)).toEqual(asked.map((one) => table.get(one)));
    }),
  );
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { endsPage, pageEndingAt, pagesUpTo } from '../../core/ledgerPages.ts';

const length = fc.integer({ min: 0, max: 60_000 });

test('a ledger of any length is few pages without a gap, and fewer than a hundred entries after them', () => {
  fc.assert(
    fc.property(length, (last) => {
      const pages = pagesUpTo(last);
      pages.forEach((page, at) => {
        expect(page.first).toBe((pages[at - 1]?.last ?? 0) + 1);
      });
      expect(last - (pages.at(-1)?.last ?? 0)).toBeLessThan(100);
      expect(pages.length).toBeLessThanOrEqual(Math.floor(last / 10_000) + 18);
    }),
  );
});

test('whoever reads finds the pages that were written as the ledger grew, each with the same entries', () => {
  fc.assert(
    fc.property(length, (last) => {
      for (const page of pagesUpTo(last)) {
        expect(pageEndingAt(page.last)).toEqual(page);
        expect(endsPage(page.last)).toBe(true);
        expect(pagesUpTo(page.last).at(-1)).toEqual(page);
      }
    }),
  );
});

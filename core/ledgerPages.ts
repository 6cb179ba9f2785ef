/** Entries of a ledger that lie together in one object: `first` to `last`, both included. */
export interface PageRange {
  readonly first: number;
  readonly last: number;
}

/** So many entries make a page; ten pages, a larger one. The largest is bounded, for it is held in memory as a whole. */
const spans: readonly number[] = [10_000, 1_000, 100];

/** The fewest pages that hold the entries 1 to `last`, but for fewer than a hundred at the end. */
export function pagesUpTo(last: number): PageRange[] {
  const pages: PageRange[] = [];
  for (let held = 0; ; ) {
    const start = held;
    const span = spans.find((one) => start % one === 0 && start + one <= last);
    if (span === undefined) return pages;
    held += span;
    pages.push({ first: start + 1, last: held });
  }
}

/** Whether a page is full with that entry. */
export function endsPage(n: number): boolean {
  return n % shortest === 0;
}

/** The page whose last entry that is: a multiple of a hundred. */
export function pageEndingAt(last: number): PageRange {
  const span = spans.find((one) => last % one === 0) ?? shortest;
  return { first: last - span + 1, last };
}

const shortest = Math.min(...spans);

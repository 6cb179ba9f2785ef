import { shareOf } from './shareOf.ts';

/** The share of the negative rows that are answered positive: FP / (FP + TN) (Fawcett 2006). */
export const falsePositiveRate = shareOf(
  'false positive rate',
  (answer) => answer === 1,
  (_, label) => label === 0,
);

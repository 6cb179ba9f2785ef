import { shareOf } from './shareOf.ts';

/** The share of the positive rows that are answered negative: FN / (TP + FN), 1 - recall (Fawcett 2006). */
export const falseNegativeRate = shareOf(
  'false negative rate',
  (answer) => answer === 0,
  (_, label) => label === 1,
);

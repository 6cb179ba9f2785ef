import { shareOf } from './shareOf.ts';

/** The share of the positive answers that are right: TP / (TP + FP) (van Rijsbergen 1979). NaN without a positive answer. */
export const precision = shareOf(
  'precision',
  (_, label) => label === 1,
  (answer) => answer === 1,
);

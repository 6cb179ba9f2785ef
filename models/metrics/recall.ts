import { shareOf } from './shareOf.ts';

/** The share of the positive rows that are answered so: TP / (TP + FN) (van Rijsbergen 1979). */
export const recall = shareOf(
  'recall',
  (answer) => answer === 1,
  (_, label) => label === 1,
);

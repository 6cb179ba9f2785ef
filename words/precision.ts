import { metric } from './metric.ts';

/** The share of the positive answers that are right. Larger is better; 0 to 1. */
export const precision = metric('precision');

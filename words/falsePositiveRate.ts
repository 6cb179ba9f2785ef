import { metric } from './metric.ts';

/** The share of the negative rows that are answered positive. Smaller is better; 0 to 1. */
export const falsePositiveRate = metric('false positive rate');

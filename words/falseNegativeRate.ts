import { metric } from './metric.ts';

/** The share of the positive rows that are answered negative. Smaller is better; 0 to 1. */
export const falseNegativeRate = metric('false negative rate');

import { metric } from './metric.ts';

/** The share of the positive rows that are answered so. Larger is better; 0 to 1. */
export const recall = metric('recall');

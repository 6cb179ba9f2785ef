import { metric } from './metric.ts';

/** The chance that a positive row scores above a negative one: 0.5 is a coin, 1 is perfect. Larger is better. */
export const auc = metric('auc');

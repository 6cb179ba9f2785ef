import { metric } from './metric.ts';

/** Mean of -ln of the probability given to what happened. Smaller is better; 0 or more. */
export const logLoss = metric('log loss');

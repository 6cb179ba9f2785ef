import { metric } from './metric.ts';

/** The mean cost of an answer, by the costs of the scorecard's first profile. Smaller is better; 0 or more. */
export const expectedCost = metric('expected cost');

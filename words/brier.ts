import { metric } from './metric.ts';

/** Mean squared difference between score and outcome (Brier 1950). Smaller is better; 0 to 1. */
export const brier = metric('brier');

import { metric } from './metric.ts';

/** Mean gap between score and observed rate over bins of scores. Smaller is better; 0 to 1. */
export const calibrationError = metric('calibration error');

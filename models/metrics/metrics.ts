import type { ScoreMetric } from '../../core/scorecardPlan.ts';
import { auc } from './auc.ts';
import { brier } from './brier.ts';
import { calibrationError } from './calibrationError.ts';
import { logLoss } from './logLoss.ts';
import type { Metric } from './metric.ts';
import { prAuc } from './prAuc.ts';

/** The metrics of scores, by name. */
export const metrics: Readonly<Record<ScoreMetric, Metric>> = {
  auc,
  'pr auc': prAuc,
  'log loss': logLoss,
  brier,
  'calibration error': calibrationError,
};

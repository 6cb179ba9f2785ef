import type { MetricName } from '../../core/scorecardPlan.ts';
import { auc } from './auc.ts';
import { brier } from './brier.ts';
import { calibrationError } from './calibrationError.ts';
import { logLoss } from './logLoss.ts';
import type { Metric } from './metric.ts';

/** The metrics, by name. */
export const metrics: Readonly<Record<MetricName, Metric>> = {
  auc,
  'log loss': logLoss,
  brier,
  'calibration error': calibrationError,
};

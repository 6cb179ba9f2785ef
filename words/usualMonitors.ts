import type { MetricName } from '../core/scorecardPlan.ts';
import { anomalies } from './anomalies.ts';
import { clockSkew } from './clockSkew.ts';
import { conceptDrift } from './conceptDrift.ts';
import { inputDrift } from './inputDrift.ts';
import { missingLabels } from './missingLabels.ts';
import type { Monitor } from './monitor.ts';
import { performance } from './performance.ts';
import { scoreDrift } from './scoreDrift.ts';

/**
 * What is watched where a pipeline file says that it is watched and no more: the metric that its search maximizes, drift of
 * all kinds, anomalies, clocks, and labels that stay away. Ages are held to a promise, which nobody but the file can make.
 */
export function usualMonitors(maximize: MetricName): readonly Monitor[] {
  return [
    performance({ name: maximize }),
    inputDrift(),
    scoreDrift(),
    conceptDrift(),
    ...(['rate', 'latency', 'errors', 'scores'] as const).map((of) => anomalies(of)),
    clockSkew(),
    missingLabels(),
  ];
}

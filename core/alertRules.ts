import { alertRulesOf } from './ownAlerts.ts';
import { durationText } from './time.ts';
import type { WatchPlan } from './watchPlan.ts';

/** A file of alerting rules as Prometheus reads it (`rule_files`). */
export interface PrometheusRules {
  readonly groups: readonly { readonly name: string; readonly rules: readonly PrometheusRule[] }[];
}

export interface PrometheusRule {
  readonly alert: string;
  /** PromQL. */
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** So many looks in a row may fail before somebody is told that nobody looks. */
const looksMissed = 3;

/**
 * A pipeline's rules for Prometheus: one for each of its own, by what the metrics of the serving processes tell of it, and
 * some for the monitors, the runs and the looks themselves. Hysteresis and silences are those of the engine.
 */
export function alertRules(pipeline: string, watch: WatchPlan): PrometheusRules {
  const rules = alertRulesOf(watch).map(({ name, on, severity }): PrometheusRule => {
    const fired = `whet_alert_firing_parts{pipeline="${pipeline}",rule="${name}"}`;
    return {
      alert: alertName(name),
      expr: `max by (pipeline, rule) (${fired} > 0 unless whet_alert_silenced == 1)`,
      labels: { severity },
      annotations: {
        summary: `${pipeline}: ${name}`,
        description: `{{ $value }} found off by ${on.join(', ') || 'the engine itself'}. See: whet alerts ${pipeline}`,
      },
    };
  });
  return { groups: [{ name: `whetstone-${pipeline}`, rules: [...rules, looksStopped(pipeline, watch.everyMs)] }] };
}

function looksStopped(pipeline: string, everyMs: number): PrometheusRule {
  const late = `${Math.ceil((looksMissed * everyMs) / 1_000)}`;
  return {
    alert: 'WhetLooksStopped',
    expr: `time() - max by (pipeline) (whet_look_timestamp_seconds{pipeline="${pipeline}"}) > ${late}`,
    labels: { severity: 'page' },
    annotations: {
      summary: `${pipeline}: nobody looks`,
      description: `The last look is more than ${durationText(looksMissed * everyMs)} ago. See: whet watch ${pipeline}`,
    },
  };
}

/** `input-drift` becomes `WhetInputDrift`. */
function alertName(name: string): string {
  const words = name.split('-').filter((word) => word !== '');
  return `Whet${words.map((word) => `${word[0]?.toUpperCase()}${word.slice(1)}`).join('')}`;
}

import { type AlertsCopy, alertsCopyKey, type RuleState } from '../core/alertsCopy.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { readHint } from '../storage/objects.ts';
import { atMost } from './atMost.ts';
import type { MetricFamily } from './metricsText.ts';

/** A store that takes longer is slower than a scrape may be: what is open is left out of this one. */
const patienceMs = 1_000;

/** What is open of these pipelines, by the store's copy. Labels are bounded: rules are those of the plans. */
export async function alertFamilies(store: ObjectStore, pipelines: readonly string[]): Promise<MetricFamily[]> {
  const reading = Promise.all(pipelines.map((pipeline) => readHint<AlertsCopy>(store, alertsCopyKey(pipeline))));
  // That the store is gone is told by whet_store_answers.
  const copies = (await atMost(patienceMs, reading).catch(() => undefined)) ?? [];
  const held = copies.flatMap((copy, at) => (copy === undefined ? [] : [{ pipeline: pipelines[at] ?? '', copy }]));
  const ofRules = (name: string, help: string, value: (rule: RuleState) => number): MetricFamily => ({
    name,
    help,
    type: 'gauge',
    samples: held.flatMap(({ pipeline, copy: { rules } }) =>
      rules.map((of) => ({ labels: { pipeline, rule: of.rule, severity: of.severity }, value: value(of) })),
    ),
  });
  return [
    ofRules('whet_alert_firing_parts', 'What fires of an alert; 0 while it does not.', ({ firing }) => firing),
    ofRules('whet_alert_acknowledged', '1 while somebody looks into it.', (of) => (of.acknowledged ? 1 : 0)),
    ofRules('whet_alert_silenced', '1 while no receiver is told.', (of) => (of.silenced ? 1 : 0)),
    {
      name: 'whet_look_timestamp_seconds',
      help: 'When the newest look was taken that alerts were judged by.',
      type: 'gauge',
      samples: held.flatMap(({ pipeline, copy: { look } }) =>
        look === null ? [] : [{ labels: { pipeline }, value: Date.parse(look) / 1_000 }],
      ),
    },
  ];
}

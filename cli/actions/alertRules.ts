import { writeFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import { alertRules as rulesOf } from '../../core/alertRules.ts';
import { WhetError } from '../../core/errors.ts';
import type { WatchPlan } from '../../core/watchPlan.ts';
import { loadCatalogue } from '../../workers/catalogue.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { print, report } from '../output.ts';

interface RulesOptions extends JsonOption {
  readonly out?: string;
}

/** Writes the rules of the pipeline file as it is, over those of before. Throws `pipeline.unknown`, `input.invalid`. */
export async function alertRules(pipeline: string, { out, json }: RulesOptions): Promise<void> {
  const plan = (await loadCatalogue(openWorkplace().folder)).get(pipeline);
  if (plan === undefined) {
    throw new WhetError('pipeline.unknown', { expected: 'a pipeline of pipelines/', came: `'${pipeline}'` });
  }
  if (plan.watch === undefined) {
    const todo = 'Add watch: {} to the pipeline file, or more.';
    throw new WhetError('input.invalid', { expected: 'a pipeline that is watched', came: `'${pipeline}'`, todo });
  }
  const text = rulesText(pipeline, plan.watch, json);
  if (out === undefined) return print(text.trimEnd());
  await writeFile(out, text);
  report(`wrote ${out}`);
}

/** In YAML, or in JSON, which Prometheus reads as well. */
export function rulesText(pipeline: string, watch: WatchPlan, json = false): string {
  const rules = rulesOf(pipeline, watch);
  return json ? `${JSON.stringify(rules, null, 2)}\n` : stringify(rules, { lineWidth: 0 });
}

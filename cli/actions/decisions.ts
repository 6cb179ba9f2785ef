import { planOf } from '../../activities/planOf.ts';
import { runRecords } from '../../activities/runRecords.ts';
import { economicsText } from '../../core/economicsText.ts';
import { WhetError } from '../../core/errors.ts';
import type { RetrainDecision } from '../../core/retrainDecision.ts';
import { type RetrainEconomics, retrainEconomics } from '../../core/retrainEconomics.ts';
import { usualRetraining } from '../../core/retrainPlan.ts';
import type { RetrainStanding } from '../../core/retrainStanding.ts';
import { decisionsOn, retrainStanding } from '../../registry/retrainings.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { print, printJson, printTable } from '../output.ts';

interface DecisionsOptions extends JsonOption {
  readonly last: string;
}

/** So many of the last runs tell what each stage takes. */
const runsTold = 10;

/** Lists the decisions on a pipeline, newest first, with its economics. Throws `pipeline.unknown`, `input.invalid`. */
export async function decisions(pipeline: string, { json, last }: DecisionsOptions): Promise<void> {
  const { store } = openWorkplace();
  const taken = await decisionsOn(store, pipeline, countOf(last), Date.now());
  const [newest] = taken;
  if (newest === undefined) throw unknown(pipeline);
  const standing = await retrainStanding(store, pipeline);
  const economics = await economicsOf(store, newest, standing);
  if (json) return printJson({ pipeline, underway: standing.underway, decisions: taken, economics });
  printTable([['at', 'outcome', 'trigger', 'why'], ...taken.map(rowOf)]);
  for (const line of economicsText(economics)) print(line);
}

function countOf(text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new WhetError('input.invalid', { expected: 'a whole number from 1 in --last', came: `'${text}'` });
}

function unknown(pipeline: string): WhetError {
  const expected = 'a pipeline of which a run was asked for';
  return new WhetError('pipeline.unknown', { expected, came: `'${pipeline}'` });
}

/** By the plan of the newest decision. */
async function economicsOf(
  store: ObjectStore,
  { pipeline, plan: planId }: RetrainDecision,
  { runs }: RetrainStanding,
): Promise<RetrainEconomics> {
  const { search, retraining = usualRetraining } = await planOf(store, planId);
  const hours = [...new Set(runs.slice(-runsTold).map(({ asOf }) => asOf))];
  const records = (await Promise.all(hours.map((asOf) => runRecords(store, pipeline, asOf)))).flat();
  const stages = records.filter(({ status }) => status === 'judged').map((record) => record.stages);
  return retrainEconomics({ metric: search.maximize, runs, stages, worthSeconds: retraining.worthSeconds });
}

/** The outcome has a column of its own. */
function rowOf({ at, outcome, trigger, text }: RetrainDecision): string[] {
  return [at, outcome, trigger?.kind ?? '', text.replace(`${outcome}: `, '')];
}

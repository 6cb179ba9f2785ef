import { proxyActivities } from '@temporalio/workflow';
import type { PipelineActivities } from '../activities/activities.ts';
import type { ReplayedModel } from '../core/backtest.ts';
import { catalogue } from '../core/errors.ts';
import { brief } from './activityOptions.ts';
import { freezeWindow } from './freezeWindow.ts';
import { openTelling, type RunInput, type RunTelling } from './recordedRun.ts';
import { catalogueFailure } from './refuse.ts';
import { trainCandidate } from './trainCandidate.ts';

/** The model of one hour of a back-test. */
export interface BacktestModelInput extends RunInput {
  /** The back-test's id. */
  readonly id: string;
  /** Whether only its window is wanted, for tables that are renewed. */
  readonly windowOnly?: boolean;
}

const { heldModel, keepModel } = proxyActivities<PipelineActivities>(brief);

/** Makes the model of an hour as a run of that hour would have, up to its package; no record of it looks like a real run. */
export async function backtestModel(input: BacktestModelInput): Promise<ReplayedModel> {
  const { id, asOf } = input;
  const held = await heldModel({ id, asOf });
  // Kept again, which changes nothing: it says that this workflow is at its end.
  if (held !== null) return keepModel({ id, model: held });
  const telling = openTelling(`back-test ${id}: ${input.pipeline} as of ${asOf}`);
  const made = await madeModel(input, telling);
  const model = await keepModel({ id, model: { ...made, asOf, planId: input.planId, stages: telling.stages } });
  telling.story.end(model.rejected ?? 'done');
  return model;
}

type Made = Omit<ReplayedModel, 'asOf' | 'planId' | 'stages'>;

/** Bad data is a rejected candidate, as of a real run. */
async function madeModel(input: BacktestModelInput, telling: RunTelling): Promise<Made> {
  try {
    if (input.windowOnly === true) return { snapshot: (await freezeWindow(input, telling)).snapshot };
    const { snapshot, matrix, packed, facts } = await trainCandidate(input, telling);
    return { snapshot, matrix, package: packed.id, digest: packed.digest, ...(facts.best && { best: facts.best }) };
  } catch (failure) {
    const known = catalogueFailure(failure);
    if (known === undefined || catalogue[known.code].http >= 500 || known.code === 'source.no-such-hour') throw failure;
    return { rejected: known.message };
  }
}

import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { proxyActivities, startChild } from '@temporalio/workflow';
import type { PipelineActivities } from '../activities/activities.ts';
import type { Notice } from '../core/alert.ts';
import type { LookOutcome } from '../core/look.ts';
import { findingTable, lookText } from '../core/lookText.ts';
import type { RetrainDecision } from '../core/retrainDecision.ts';
import { checkWatchInput, type WatchInput } from '../core/watchInput.ts';
import { brief, long } from './activityOptions.ts';
import { notify } from './notify.ts';
import { checkedInput } from './refuse.ts';
import { askedFor, retrain } from './retrain.ts';
import { openStory } from './story.ts';

const { raiseAlerts } = proxyActivities<PipelineActivities>(brief);
const { look, considerRetrain } = proxyActivities<PipelineActivities>(long);

/** One look at a pipeline, and what follows from it: who is told, and whether it is retrained. */
export async function watch(given: WatchInput): Promise<Watched> {
  const input = checkedInput(() => checkWatchInput(given));
  const { pipeline } = input;
  const story = openStory(`a look at ${pipeline}`);

  story.doing('looking: joining labels, asking each monitor');
  const outcome = await look.executeWithOptions({ summary: `a look at ${pipeline}` }, [{ ...input, atMs: askedFor() }]);
  story.done(lookText(outcome));
  story.chapter(findingTable(outcome));

  story.doing('raising alerts');
  const notices = await raiseAlerts.executeWithOptions({ summary: 'alerts' }, [{ pipeline, look: outcome.key }]);
  for (const notice of notices) await tellOf(notice);
  story.done(notices.length === 0 ? 'nobody is to be told' : `to be told: ${notices.map(noticeText).join(', ')}`);

  story.doing('considering a retraining');
  const decision = await considerRetrain.executeWithOptions({ summary: 'retrain or not' }, [
    { ...input, look: outcome.key },
  ]);
  if (decision.outcome === 'run') await retrainFor(input, decision, outcome.at);

  story.end(`looked at ${outcome.at}; ${decision.text}`);
  const told = notices.map(({ id }) => id);
  return { look: outcome.key, counts: outcome.counts, notices: told, retrain: decision.text };
}

/** How a watch ended. */
export interface Watched extends Pick<LookOutcome, 'counts'> {
  /** Where the look is kept. */
  readonly look: string;
  /** Ids of those that somebody is yet to be told of. */
  readonly notices: readonly string[];
  /** Whether it was retrained, and why. */
  readonly retrain: string;
}

/** It goes on by itself, for hours where a receiver is down. */
async function tellOf(notice: Notice): Promise<void> {
  await startedOnce(() =>
    startChild(notify, {
      workflowId: notice.id,
      args: [notice],
      parentClosePolicy: 'ABANDON',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      staticSummary: noticeText(notice),
    }),
  );
}

/** One look starts one retraining, however often its activities and workflows are tried. */
async function retrainFor({ pipeline, replay }: WatchInput, { trigger, text }: RetrainDecision, at: string) {
  const input = { pipeline, ...(replay && { replay }), ...(trigger && { trigger }) };
  await startedOnce(() =>
    startChild(retrain, {
      workflowId: `retrain/${pipeline}/look/${at}`,
      args: [input],
      parentClosePolicy: 'ABANDON',
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      staticSummary: `${pipeline}: ${text}`,
    }),
  );
}

function noticeText({ receiver, entry }: Notice): string {
  return `${receiver} of entry ${entry}`;
}

/** One that was started before goes on alone. */
async function startedOnce(start: () => Promise<unknown>): Promise<void> {
  try {
    await start();
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

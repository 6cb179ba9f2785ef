import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { proxyActivities, startChild } from '@temporalio/workflow';
import type { PipelineActivities } from '../activities/activities.ts';
import type { Notice } from '../core/alert.ts';
import type { LookOutcome } from '../core/look.ts';
import { findingTable, lookText } from '../core/lookText.ts';
import { checkWatchInput, type WatchInput } from '../core/watchInput.ts';
import { brief, long } from './activityOptions.ts';
import { notify } from './notify.ts';
import { checkedInput } from './refuse.ts';
import { askedFor } from './retrain.ts';
import { openStory } from './story.ts';

const { raiseAlerts } = proxyActivities<PipelineActivities>(brief);
const { look } = proxyActivities<PipelineActivities>(long);

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

  story.end(`looked at ${outcome.at}`);
  return { look: outcome.key, counts: outcome.counts, notices: notices.map(({ id }) => id) };
}

/** How a watch ended. */
export interface Watched extends Pick<LookOutcome, 'counts'> {
  /** Where the look is kept. */
  readonly look: string;
  readonly notices: readonly string[];
}

/** It goes on by itself, for hours where a receiver is down; one that is at it still goes on alone. */
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

function noticeText({ receiver, entry }: Notice): string {
  return `${receiver} of entry ${entry}`;
}

/** Whether this call started it. */
async function startedOnce(start: () => Promise<unknown>): Promise<boolean> {
  try {
    await start();
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}

import type { Client } from '@temporalio/client';
import type { ScoreInput } from '../core/scoreInput.ts';
import type { ScoringSummary } from '../core/scoring.ts';
import { pipelineQueue } from '../core/taskQueues.ts';
import { digestOfValue } from '../storage/digest.ts';
import type { Report } from './engine.ts';
import { followed, type Telling } from './followed.ts';
import { progressOf } from './progressOf.ts';

export interface ScoreNow {
  readonly client: Client;
  readonly input: ScoreInput;
  readonly report: Report;
}

/** What goes on is told no more often than a person reads. */
const tellMs = 2_000;

/**
 * Starts scoring, or joins the one with the same input that is under way, and tells how it goes on. It goes on without
 * this command as long as an engine runs.
 */
export async function scoreNow({ client, input, report }: ScoreNow): Promise<ScoringSummary> {
  const handle = await client.workflow.start('score', {
    workflowId: `score/${input.pipeline}/${digestOfValue(input).slice(0, 16)}`,
    taskQueue: pipelineQueue,
    args: [input],
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: `${input.pipeline}: ${input.in} to ${input.out}`,
  });
  return followed(handle, progressTold(client, handle.workflowId, report));
}

function progressTold(client: Client, workflowId: string, report: Report): Telling {
  let [told, toldNow, toldAt] = [0, '', 0];
  return async (isLast) => {
    const { lines = [], now = '' } = (await progressOf(client, workflowId)) ?? {};
    for (const line of lines.slice(told)) report(line);
    told = Math.max(told, lines.length);
    if (isLast || now === toldNow || performance.now() - toldAt <= tellMs) return;
    [toldNow, toldAt] = [now, performance.now()];
    report(now);
  };
}

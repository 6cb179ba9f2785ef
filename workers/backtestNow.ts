import type { Client } from '@temporalio/client';
import type { BacktestInput } from '../core/backtestInput.ts';
import { pipelineQueue } from '../core/taskQueues.ts';
import { digestOfValue } from '../storage/digest.ts';
import type { BacktestSummary } from '../workflows/backtest.ts';
import type { Report } from './engine.ts';
import { followed, type Telling } from './followed.ts';
import { progressOf } from './progressOf.ts';

export interface BacktestNow {
  readonly client: Client;
  readonly input: BacktestInput;
  readonly report: Report;
}

/**
 * Starts a back-test, or joins the one with the same input that is under way, and tells what hour it is at. It goes on
 * without this command as long as an engine runs.
 */
export async function backtestNow({ client, input, report }: BacktestNow): Promise<BacktestSummary> {
  const handle = await client.workflow.start('backtest', {
    workflowId: `backtest/${input.pipeline}/${digestOfValue(input).slice(0, 16)}`,
    taskQueue: pipelineQueue,
    args: [input],
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: `${input.pipeline}: ${input.hours} hours from ${input.from}`,
  });
  return followed(handle, nowTold(client, handle.workflowId, report));
}

function nowTold(client: Client, workflowId: string, report: Report): Telling {
  let told = '';
  return async (isLast) => {
    const now = isLast ? '' : ((await progressOf(client, workflowId))?.now ?? '');
    if (now !== told && now !== '') report(now);
    told = now;
  };
}

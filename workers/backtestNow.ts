import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { BacktestInput } from '../core/backtestInput.ts';
import { pipelineQueue } from '../core/taskQueues.ts';
import { digestOfValue } from '../storage/digest.ts';
import type { BacktestSummary } from '../workflows/backtest.ts';
import type { Report } from './engine.ts';
import { progressOf } from './progressOf.ts';

export interface BacktestNow {
  readonly client: Client;
  readonly input: BacktestInput;
  readonly report: Report;
}

const pollMs = 500;

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
  const ended = new AbortController();
  const result = (handle.result() as Promise<BacktestSummary>).finally(() => ended.abort());
  const following = tellNow(client, handle.workflowId, report, ended.signal);
  // Also of one that fails: a question that is still on its way when the connection is closed ends the process.
  return result.finally(() => following);
}

async function tellNow(client: Client, workflowId: string, report: Report, ended: AbortSignal): Promise<void> {
  let told = '';
  while (!ended.aborted) {
    const now = (await progressOf(client, workflowId))?.now ?? '';
    if (now !== told && now !== '') report(now);
    told = now;
    await pause(pollMs, undefined, { signal: ended }).catch(() => undefined);
  }
}

import { asyncLocalStorage, type Context } from '@temporalio/activity';

/** Calls an activity without a worker around it: nobody hears its heartbeats, and it is never cancelled. */
export function asActivity<T>(work: () => Promise<T>): Promise<T> {
  const alone = {
    info: { workflowExecution: { workflowId: 'bench', runId: 'bench' } },
    heartbeat: () => {},
    cancellationSignal: new AbortController().signal,
  };
  return asyncLocalStorage.run(alone as unknown as Context, work);
}

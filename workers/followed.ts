import { setTimeout as pause } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';

/** Often enough for lines to come as they happen. */
const pollMs = 250;

/** Tells what is new of a workflow; `isLast` when it has ended. */
export type Telling = (isLast: boolean) => Promise<void>;

/** The result of a workflow that is told of as long as it goes on, and once more at its end. Throws as the workflow. */
export async function followed<T>(handle: WorkflowHandle, tell: Telling): Promise<T> {
  const ended = new AbortController();
  const result = (handle.result() as Promise<T>).finally(() => ended.abort());
  const following = (async () => {
    for (let isLast = false; ; isLast = ended.signal.aborted) {
      await tell(isLast);
      if (isLast) return;
      await pause(pollMs, undefined, { signal: ended.signal }).catch(() => undefined);
    }
  })();
  // Also of one that fails: a question that is still on its way when the connection is closed ends the process.
  return result.finally(() => following);
}

import { setTimeout as pause } from 'node:timers/promises';
import { Connection } from '@temporalio/client';

/**
 * Waits until a Temporal frontend serves the namespace `default`. `ended` if `exited` resolves first, `late` if it
 * takes too long.
 */
export async function whenHealthy(
  address: string,
  exited: Promise<unknown>,
  withinMs: number,
): Promise<'healthy' | 'ended' | 'late'> {
  let ended = false;
  void exited.then(() => {
    ended = true;
  });
  const until = performance.now() + withinMs;
  while (!ended) {
    if (await answers(address)) return 'healthy';
    if (performance.now() > until) return 'late';
    await pause(50);
  }
  return 'ended';
}

/** One try: a connection that is refused, and a namespace that is not there yet, both mean: not yet. */
async function answers(address: string): Promise<boolean> {
  const connection = await Connection.connect({ address, connectTimeout: 1_000 }).catch(() => undefined);
  if (connection === undefined) return false;
  try {
    await connection.workflowService.describeNamespace({ namespace: 'default' });
    return true;
  } catch {
    return false;
  } finally {
    await connection.close();
  }
}

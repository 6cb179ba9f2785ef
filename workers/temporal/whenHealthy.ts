import { once } from 'node:events';
import { connect } from 'node:net';
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
    await pause(20);
  }
  return 'ended';
}

/** One try: a connection that is refused, and a namespace that is not there yet, both mean: not yet. */
async function answers(address: string): Promise<boolean> {
  // A client that is refused tries again after a second; the server begins to listen after a tenth of one.
  if (!(await listens(address))) return false;
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

async function listens(address: string): Promise<boolean> {
  const at = address.lastIndexOf(':');
  const socket = connect({ host: address.slice(0, at), port: Number(address.slice(at + 1)) });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

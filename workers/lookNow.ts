import type { Client } from '@temporalio/client';
import type { Watched } from '../workflows/watch.ts';
import { startLook } from './startLook.ts';

/** Looks at a pipeline now, and waits for what that leads to. */
export async function lookNow(client: Client, pipeline: string): Promise<Watched> {
  return (await startLook(client, pipeline)).result();
}

import type { Client } from '@temporalio/client';
import { leftToRelease } from '../core/leftToRelease.ts';
import { pipelineQueue } from '../core/taskQueues.ts';
import { readLedger } from '../registry/ledger.ts';
import type { ObjectStore } from '../storage/objectStore.ts';

/**
 * Starts the releases to which their ledgers leave something: one that was lost with Temporal's database would begin only
 * when somebody says a word to it, and a rollout that it had under way would stay where it was. Gives their pipelines.
 */
export async function resumeReleases(
  client: Client,
  store: ObjectStore,
  pipelines: Iterable<string>,
): Promise<string[]> {
  const resumed: string[] = [];
  for (const pipeline of pipelines) {
    const ledger = await readLedger(store, pipeline);
    const isLeft =
      leftToRelease(ledger).candidate !== null || 'previous' in (ledger.at(-1)?.routing.traffic?.variants ?? {});
    if (!isLeft) continue;
    await client.workflow.start('release', {
      workflowId: `release/${pipeline}`,
      taskQueue: pipelineQueue,
      args: [{ pipeline }],
      workflowIdConflictPolicy: 'USE_EXISTING',
      staticSummary: `Releases of ${pipeline}`,
    });
    resumed.push(pipeline);
  }
  return resumed;
}

import { proxyActivities } from '@temporalio/workflow';
import type { PipelineActivities } from '../activities/activities.ts';
import type { RolloutRequest, RolloutResult } from '../core/releaseMessages.ts';
import { brief, long } from './activityOptions.ts';
import { openStory } from './story.ts';

const { prepare, abandon, commit } = proxyActivities<PipelineActivities>(brief);
const { awaitPrepared, awaitApplied } = proxyActivities<PipelineActivities>(long);

/** Puts a version in charge: loaded beside the old one and checked everywhere first, then one flip by epoch. */
export async function rollout(request: RolloutRequest): Promise<RolloutResult> {
  const { pipeline, version } = request;
  const story = openStory(`Version ${version} of ${pipeline}`);

  story.doing('asking every serving process to load and check it');
  await prepare.executeWithOptions({ summary: `ask for version ${version}` }, [{ pipeline, version }]);
  const prepared = await awaitPrepared.executeWithOptions({ summary: `until version ${version} is prepared` }, [
    { pipeline, version },
  ]);
  const refusals = Object.entries(prepared.refused).map(([id, why]) => `${id}: ${why}`);
  if (refusals.length > 0) {
    const why = `refused by ${refusals.join('; ')}`;
    await abandon({ pipeline, version, who: request.who, why, at: new Date().toISOString() });
    story.end(why);
    return { outcome: 'failed', why };
  }
  story.done(`prepared by ${counted(prepared.done)}${missing(prepared.awaited)}`);

  story.doing('committing to the ledger and publishing the routing');
  const { epoch } = await commit.executeWithOptions({ summary: `version ${version} ${request.event}` }, [request]);
  const applied = await awaitApplied.executeWithOptions({ summary: `until epoch ${epoch} is applied` }, [
    { pipeline, epoch },
  ]);
  const why = `epoch ${epoch} applied by ${counted(applied.done)}${missing(applied.awaited)}`;
  story.end(why);
  return { outcome: 'live', why };
}

function counted(ids: readonly string[]): string {
  return `${ids.length} serving process${ids.length === 1 ? '' : 'es'}`;
}

function missing(ids: readonly string[]): string {
  return ids.length === 0 ? '' : `, without ${ids.join(', ')}`;
}

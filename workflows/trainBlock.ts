import { proxyActivities } from '@temporalio/workflow';
import type { TrialActivities } from '../activities/activities.ts';
import type { TrialEnded } from '../activities/trials.ts';
import { canonicalJson } from '../core/canonicalJson.ts';
import { groupPriorities } from '../core/groupPriorities.ts';
import { learnerName } from '../core/learnerName.ts';
import type { ScheduledTrial } from '../core/scheduledTrial.ts';
import type { TrialBlock } from '../core/searchSchedule.ts';
import { trainerQueueOf } from '../core/taskQueues.ts';
import type { TrialRequest } from '../core/trial.ts';
import { lanesFor, trialLanes } from '../core/trialLanes.ts';
import { trial } from './activityOptions.ts';

const { trainTrials } = proxyActivities<TrialActivities>(trial);

/**
 * Trains a block's trials, those of one shape side by side, and tells of each, with its place, as its group ends. Gives a
 * promise for each group.
 */
export function trainBlock(
  { at, trials }: TrialBlock,
  requestOf: (trial: ScheduledTrial) => TrialRequest,
  tell: (at: number, trial: ScheduledTrial, ended: TrialEnded) => void,
): Promise<void>[] {
  const requests = trials.map(requestOf);
  const places = new Map(requests.map((request, index) => [request, index]));
  const groups = trialLanes(requests, lanesFor(trials.length));
  const priorities = groupPriorities(groups);
  return groups.map(async (group, place) => {
    for (const [lane, ended] of (await trainGroup(group, priorities[place] ?? 1)).entries()) {
      const index = places.get(group[lane] as TrialRequest) ?? 0;
      tell(at + index, trials[index] as ScheduledTrial, ended);
    }
  });
}

function trainGroup(requests: readonly TrialRequest[], priorityKey: number): Promise<TrialEnded[]> {
  const taskQueue = trainerQueueOf(requests[0]?.backend ?? '');
  const options = { summary: groupText(requests), taskQueue, priority: { priorityKey } };
  return trainTrials.executeWithOptions(options, [{ requests }]);
}

/** Short: the server takes 400 bytes. */
function groupText(requests: readonly TrialRequest[]): string {
  const [first] = requests;
  if (first === undefined) return '';
  const { candidate, epochs } = first;
  const what = requests.length === 1 ? canonicalJson(candidate.parameters) : `${requests.length} side by side`;
  return `${learnerName(candidate)} to ${epochs.toFixed(2)} epochs: ${what}`.slice(0, 200);
}

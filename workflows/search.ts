import { defineQuery, proxyActivities, setHandler } from '@temporalio/workflow';
import type { TrialActivities } from '../activities/activities.ts';
import { canonicalJson } from '../core/canonicalJson.ts';
import { keepBest, rungs } from '../core/halving.ts';
import type { TrialRow } from '../core/run.ts';
import { scoreMetrics } from '../core/scorecardPlan.ts';
import type { SearchOutcome } from '../core/search.ts';
import { searchCandidates } from '../core/searchCandidates.ts';
import type { SearchPlan } from '../core/searchPlan.ts';
import type { Candidate, TrialRequest, TrialResult } from '../core/trial.ts';
import { trialLanes } from '../core/trialLanes.ts';
import { trial } from './activityOptions.ts';
import { openStory } from './story.ts';

export interface SearchInput {
  readonly search: SearchPlan;
  /** `objects/<sha256>` of the `FeatureMatrix`. */
  readonly matrix: string;
  /** Chosen once per search: every trial of it runs on this backend. */
  readonly backend: string;
}

/** The trials that have ended: rung by rung, best first once the rung is done. */
export const leaderboard = defineQuery<readonly TrialRow[]>('leaderboard');

const { trainTrials } = proxyActivities<TrialActivities>(trial);

/** Searches the grid rung by rung: the best of a rung go on, from their checkpoints, to the next one's budget. */
export async function search({ search: plan, matrix, backend }: SearchInput): Promise<SearchOutcome> {
  const trials: TrialRow[] = [];
  setHandler(leaderboard, () => trials, { description: 'The trials that have ended' });

  let candidates: readonly Candidate[] = searchCandidates(plan);
  const steps = rungs(plan.strategy, candidates.length);
  const story = openStory(`${candidates.length} candidates in ${steps.length} rungs`);
  let ranked: TrialResult[] = [];
  for (const [index, { epochs }] of steps.entries()) {
    story.doing(`rung ${index + 1}: ${candidates.length} trials to ${epochs.toFixed(2)} epochs`);
    const requests = candidates.map((candidate) => ({
      candidate,
      matrix,
      seed: plan.seed,
      epochs,
      backend,
      threads: 1,
      // All of them, whatever the scorecard asks for, so that a trial's key needs no list.
      metrics: scoreMetrics,
    }));
    const groups = await Promise.all(trialLanes(requests, 1).map((group) => trained(group, index + 1, trials)));
    const ended = groups.flat();
    ranked = keepBest(ended, ended.length, plan.maximize);
    // They ended in an order of chance; the outcome is to be the same however often it is computed.
    const rows = trials.splice(-ended.length);
    trials.push(...ranked.flatMap(({ key }) => rows.filter((row) => row.key === key)));
    candidates = ranked.slice(0, steps[index + 1]?.candidates ?? 0).map(({ candidate }) => candidate);
    story.done(
      `rung ${index + 1}: best ${plan.maximize} ${bestValue(ranked, plan)} of ${counted(ended.length, 'trial')}`,
    );
  }
  const best = ranked[0];
  if (best === undefined) throw new Error('a search without candidates: definePipeline refuses these');
  story.end('done');
  return { best, trials };
}

async function trained(
  requests: readonly TrialRequest[],
  rung: number,
  trials: TrialRow[],
): Promise<readonly TrialResult[]> {
  const summary = requests.map(requestText).join('; ');
  const ended = await trainTrials.executeWithOptions({ summary }, [{ requests }]);
  return ended.map(({ result, reused }) => {
    const { key, candidate, epochs, backend, validation, seconds } = result;
    trials.push({ ...candidate, key, rung, epochs, backend, validation, seconds, reused });
    return result;
  });
}

function requestText({ candidate: { learner, parameters }, epochs }: TrialRequest): string {
  return `${learner} ${canonicalJson(parameters)} to ${epochs.toFixed(2)} epochs`;
}

function bestValue(ranked: readonly TrialResult[], plan: SearchPlan): string {
  return ranked[0]?.validation?.[plan.maximize]?.toFixed(4) ?? 'none: all diverged';
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

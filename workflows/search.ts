import {
  CancellationScope,
  continueAsNew,
  defineQuery,
  isCancellation,
  proxyActivities,
  setHandler,
} from '@temporalio/workflow';
import type { PipelineActivities } from '../activities/activities.ts';
import type { TrialEnded } from '../activities/trials.ts';
import { WhetError } from '../core/errors.ts';
import type { Leaderboard, TrialRow } from '../core/run.ts';
import { openTally, type RungTally } from '../core/rungTally.ts';
import type { ScheduledTrial, TrialValue } from '../core/scheduledTrial.ts';
import { scoreMetrics } from '../core/scorecardPlan.ts';
import type { SearchOutcome } from '../core/search.ts';
import { searchCandidates } from '../core/searchCandidates.ts';
import type { SearchPlan } from '../core/searchPlan.ts';
import { openSchedule, type SearchSchedule } from '../core/searchSchedule.ts';
import type { Candidate, TrialRequest, TrialResult, WarmStart } from '../core/trial.ts';
import { trialValue } from '../core/trialValue.ts';
import { brief, long } from './activityOptions.ts';
import { checkedInput, isCancelled } from './refuse.ts';
import { openStory, type Story } from './story.ts';
import { type TrackedWork, trackWork } from './trackWork.ts';
import { trainBlock } from './trainBlock.ts';

export interface SearchInput {
  readonly search: SearchPlan;
  /** `objects/<sha256>` of the `FeatureMatrix`. */
  readonly matrix: string;
  /** Chosen once per search: every trial of it runs on this backend. */
  readonly backend: string;
  /** One more candidate, after all others. */
  readonly warmStart?: WarmStart;
  /** Of a search that goes on in a new history. */
  readonly soFar?: SearchSoFar;
  /** After so many trials a search goes on in a new history; 768 when left out. */
  readonly trialsPerHistory?: number;
}

/** What a search has done in earlier histories. */
interface SearchSoFar {
  /** Milliseconds UTC, of the workflow's clock. */
  readonly startedAt: number;
  /** `objects/<sha256>` of `TrialRow`s each, in the order in which the trials were started. */
  readonly pages: readonly string[];
}

/**
 * Of 2,000 activities that may be under way in a history, and 51,200 events; and a page of rows stays below half a
 * megabyte.
 */
const usualTrials = 768;

/** The trials that have ended, while a search is under way and after it. */
export const leaderboard = defineQuery<Leaderboard>('leaderboard');

const { keepTrials, trialValues, gatherTrials } = proxyActivities<PipelineActivities>(brief);
const { explainSearch } = proxyActivities<PipelineActivities>(long);

/** Where a search stands. */
interface Standing {
  readonly input: SearchInput;
  readonly candidates: readonly Candidate[];
  readonly schedule: SearchSchedule;
  readonly tally: RungTally;
  /** Rows of this history by the trial's place in the order of starts. */
  readonly ended: Map<number, TrialRow>;
  readonly story: Story;
}

/** Why training came to an end: nothing more to try, no time left, or as many trials as a history may hold. */
type Ending = 'over' | 'out of time' | 'full';

/** Trains block after block of the search's schedule, until it is over or the budget is spent. */
export async function search(input: SearchInput): Promise<SearchOutcome> {
  const { search: plan, soFar = { startedAt: Date.now(), pages: [] } } = input;
  const standing = openStanding(input, soFar.pages);

  if (soFar.pages.length > 0) recall(standing, await trialValues({ pages: soFar.pages, metric: plan.maximize }));
  const before = standing.tally.total();
  const ending = await trainWithin(plan.budget?.timeMs, soFar.startedAt, standing);
  const ended = inOrder(standing.ended);
  const rows = ended.map(([, row]) => row);
  if (ending === 'full') {
    const pages = [...soFar.pages, await keepTrials({ rows })];
    return continueAsNew<typeof search>({ ...input, soFar: { ...soFar, pages } });
  }
  for (const line of standing.tally.lines()) standing.story.done(line);
  const isWithout = standing.schedule.best() === undefined && standing.tally.total() > 0;
  if (isWithout) await explainSearch({ matrix: input.matrix, metric: plan.maximize });
  const winner = checkedInput(() => soundWinner(standing, ending));
  const best = winner < before ? winner : before + ended.findIndex(([at]) => at === winner);
  const outcome = await gatherTrials({ pages: soFar.pages, rows, best, metric: plan.maximize });
  standing.story.end('done');
  return ending === 'over' ? outcome : { ...outcome, trials: { ...outcome.trials, endedBy: 'time' } };
}

function openStanding(input: SearchInput, pages: readonly string[]): Standing {
  const { search: plan } = input;
  const ended: Standing['ended'] = new Map();
  const metric = plan.maximize;
  setHandler(leaderboard, () => ({ metric, pages, rows: [...ended.values()] }), {
    description: 'The trials that have ended',
  });
  const candidates = [...searchCandidates(plan), ...(input.warmStart === undefined ? [] : [input.warmStart.candidate])];
  const story = openStory(`${candidates.length} candidates, ${plan.strategy.kind}`);
  const schedule = openSchedule(plan, candidates.length);
  return { input, candidates, schedule, tally: openTally(plan.maximize), ended, story };
}

/** Tells a new schedule how the trials of earlier histories ended, block by block as they were started. */
function recall({ schedule, tally }: Standing, values: readonly TrialValue[]): void {
  for (let told = 0; told < values.length; ) {
    const block = schedule.next();
    if (typeof block === 'string') throw new Error(`a schedule that is at ${block} after ${told} of its trials`);
    for (const [index, { rung }] of block.trials.entries()) {
      const value = values[told + index] ?? null;
      schedule.ended(block.at + index, value);
      tally.add(rung, value);
    }
    told += block.trials.length;
  }
}

/** Trains until the time is up at the latest. However it ends, no trial is at work any more when it has. */
async function trainWithin(timeMs: number | undefined, startedAt: number, standing: Standing): Promise<Ending> {
  const work = trackWork();
  const time = timeMs === undefined ? {} : { timeout: Math.max(1, timeMs - (Date.now() - startedAt)) };
  const scope = new CancellationScope({ cancellable: true, ...time });
  try {
    return await scope.run(() => train(standing, work));
  } catch (error) {
    scope.cancel();
    await work.allEnded();
    if (isCancellation(error) && !isCancelled()) return 'out of time';
    throw error;
  }
}

async function train(standing: Standing, work: TrackedWork): Promise<Ending> {
  const { schedule, story, tally } = standing;
  const { trialsPerHistory = usualTrials } = standing.input;
  for (let started = 0; ; ) {
    const block = started < trialsPerHistory ? schedule.next() : 'wait';
    if (block === 'over') return 'over';
    if (block === 'wait' && work.count() === 0) return 'full';
    if (block === 'wait') {
      await work.someEnded();
      continue;
    }
    started += block.trials.length;
    const requested = (one: ScheduledTrial) => requestOf(standing, one);
    for (const group of trainBlock(block, requested, (...told) => note(standing, ...told))) work.add(group);
    const last = block.trials.at(-1);
    story.doing(`rung ${last?.rung}, to ${last?.epochs.toFixed(2)} epochs; ${tally.total()} trials have ended`);
  }
}

function requestOf({ input, candidates }: Standing, { candidate, seed, epochs }: ScheduledTrial): TrialRequest {
  const { matrix, backend, search: plan, warmStart } = input;
  const tried = candidates[candidate] as Candidate;
  const request = { candidate: tried, matrix, seed, epochs, backend, threads: 1, metrics: scoreMetrics };
  const isWarm = warmStart !== undefined && candidate === candidates.length - 1;
  return {
    ...request,
    ...(plan.training && { training: plan.training }),
    ...(isWarm && { warmStart: warmStart.package }),
  };
}

function note(standing: Standing, at: number, trial: ScheduledTrial, { result, reused }: TrialEnded): void {
  const value = trialValue(result, standing.input.search.maximize);
  standing.ended.set(at, rowOf(trial, result, reused));
  standing.schedule.ended(at, value);
  standing.tally.add(trial.rung, value);
}

function rowOf({ rung, seed }: ScheduledTrial, result: TrialResult, reused: boolean): TrialRow {
  const { key, candidate, epochs, backend, validation, seconds, warmStart } = result;
  const row = { ...candidate, key, rung, epochs, seed, backend, validation, seconds, reused };
  return warmStart === undefined ? row : { ...row, warmStart };
}

function inOrder(ended: Standing['ended']): [at: number, row: TrialRow][] {
  return [...ended].sort(([a], [b]) => a - b);
}

/** Throws `search.out-of-time` when nothing has ended, `search.all-diverged` when nothing ended well. */
function soundWinner({ schedule, tally, input }: Standing, ending: Ending): number {
  const best = schedule.best();
  if (best !== undefined) return best;
  const { timeMs = 0 } = input.search.budget ?? {};
  const trials = tally.total();
  throw ending === 'out of time' && trials === 0
    ? new WhetError('search.out-of-time', { expected: 'a trial that ends in time', came: `none in ${timeMs} ms` })
    : new WhetError('search.all-diverged', { expected: 'a trial with finite scores', came: `none in ${trials}` });
}

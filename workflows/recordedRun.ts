import { CancellationScope, proxyActivities } from '@temporalio/workflow';
import type { PipelineActivities } from '../activities/activities.ts';
import { catalogue } from '../core/errors.ts';
import type { Plan } from '../core/plan.ts';
import type { RunTrigger } from '../core/retrainDecision.ts';
import type { RunRecord, StageRecord } from '../core/run.ts';
import { brief } from './activityOptions.ts';
import { catalogueFailure, failureOf } from './refuse.ts';
import { openStory, type Story } from './story.ts';

export interface RunInput {
  readonly pipeline: string;
  readonly asOf: string;
  readonly planId: string;
  readonly plan: Plan;
  /** Where a replay keeps what is its own; left out by real runs. */
  readonly scope?: string;
  /** What asked for it. */
  readonly trigger?: RunTrigger;
}

/** How a run ended, and what there is to tell of it besides its stages. */
export type Ending = Pick<RunRecord, 'status' | 'why'> & Partial<RunRecord>;

/** What a run tells while it goes on. */
export interface RunTelling {
  readonly story: Story;
  /** Of what is done: they become the record's. */
  readonly stages: StageRecord[];
  /** Says what goes on, and gives it as the activity's summary. */
  doing(now: string): { readonly summary: string };
  done(record: StageRecord, line: string): void;
}

interface Ended {
  readonly ending: Ending;
  /** What the workflow fails with once its record is kept. */
  readonly failure?: unknown;
}

const { recordRun } = proxyActivities<PipelineActivities>(brief);

/** Goes through a run's stages, and keeps the record of how it ended, however it did; with `facts` in each case. */
export async function recordedRun(
  { pipeline, asOf, planId, trigger }: RunInput,
  untilJudged: (telling: RunTelling) => Promise<Ending>,
  facts: Pick<RunRecord, 'refreshes'> = {},
): Promise<RunRecord> {
  const telling = openTelling(`${pipeline} as of ${asOf}`);
  const { story, stages } = telling;
  const startedAt = new Date().toISOString();
  const { ending, failure } = await untilJudged(telling).then(judgedAs, endedBy);
  // A run that is cancelled tells so too.
  const record = await CancellationScope.nonCancellable(() =>
    recordRun.executeWithOptions({ summary: `the story of the run: ${ending.status}` }, [
      { record: { pipeline, asOf, plan: planId, startedAt, stages, ...(trigger && { trigger }), ...facts, ...ending } },
    ]),
  );
  story.end(`${record.status}: ${record.why}`);
  if (failure !== undefined) throw failure;
  return record;
}

/** Opens the telling of a run, and answers the query `progress` with its story. */
export function openTelling(title: string): RunTelling {
  const story = openStory(title);
  const stages: StageRecord[] = [];
  return {
    story,
    stages,
    doing(now) {
      story.doing(now);
      return { summary: now };
    },
    done(record, line) {
      stages.push(record);
      story.done(`${record.name}: ${line}${record.reused ? ' (reused)' : ''}, ${record.seconds.toFixed(1)} s`);
    },
  };
}

/**
 * Bad data ends a run, not the engine: the code and the reason are kept, nothing is promoted. A defect, or surroundings
 * that stay broken, is recorded as well, and then fails the workflow.
 */
function endedBy(failure: unknown): Ended {
  const known = catalogueFailure(failure);
  if (known !== undefined && catalogue[known.code].http < 500)
    return { ending: { status: 'rejected', why: known.message, error: known } };
  const error = failureOf(failure);
  return { ending: { status: 'failed', why: error.message, error }, failure };
}

function judgedAs(ending: Ending): Ended {
  return { ending };
}

import { executeChild, proxyActivities } from '@temporalio/workflow';
import type { PipelineActivities } from '../activities/activities.ts';
import { canonicalJson } from '../core/canonicalJson.ts';
import { learnerName } from '../core/learnerName.ts';
import type { RunRecord, StageRecord } from '../core/run.ts';
import type { SearchOutcome } from '../core/search.ts';
import type { Candidate } from '../core/trial.ts';
import { brief, long } from './activityOptions.ts';
import { freezeWindow } from './freezeWindow.ts';
import { judgeCandidate } from './judgeCandidate.ts';
import { type Ending, type RunInput, type RunTelling, recordedRun } from './recordedRun.ts';
import { search } from './search.ts';

const { openSearch, closeSearch } = proxyActivities<PipelineActivities>(brief);
const { features, package: packageModel } = proxyActivities<PipelineActivities>(long);

/** One run of a pipeline at an hour: from the source's rows to a verdict, each stage done once for its inputs. */
export function run(input: RunInput): Promise<RunRecord> {
  return recordedRun(input, (telling) => untilJudged(input, telling));
}

async function untilJudged(input: RunInput, telling: RunTelling): Promise<Ending> {
  const { plan, asOf, planId } = input;
  const { story, doing, done } = telling;
  const { snapshot, facts } = await freezeWindow(input, telling);

  const building = doing('features: building tables and the matrix');
  const made = await features.executeWithOptions(building, [{ plan, asOf, snapshot }]);
  const { train, validate, test } = made.output.rows;
  done(made.record, `${train} rows to train, ${validate} to validate, ${test} to test`);

  story.doing('search: training the grid');
  const found = await searchOnce(input, made.output.matrix);
  const { best, trials } = found.outcome;
  done(found.record, `${trials.total} trials, best ${candidateText(best.candidate)}`);

  const { matrix } = made.output;
  const proving = doing('package: writing and proving one ONNX graph');
  const toPackage = { plan, planId, asOf, snapshot, matrix, trial: best };
  const packed = await packageModel.executeWithOptions(proving, [toPackage]);
  done(packed.record, `model ${packed.output.digest.slice(0, 12)}, threshold ${packed.output.threshold.toFixed(4)}`);

  const ending = await judgeCandidate(input, { snapshot, matrix, packed: packed.output }, telling);
  return {
    ...ending,
    ...facts,
    trials: found.record.reused ? { ...trials, run: 0, reused: trials.total } : trials,
    best: { ...best.candidate, epochs: best.epochs },
  };
}

async function searchOnce(input: RunInput, matrix: string): Promise<{ outcome: SearchOutcome; record: StageRecord }> {
  const startedAt = Date.now();
  const opening = await openSearch({ pipeline: input.pipeline, search: input.plan.search, matrix });
  const { backend, warmStart } = opening;
  const toSearch = { search: input.plan.search, matrix, backend, ...(warmStart && { warmStart }) };
  const outcome =
    opening.held ??
    (await executeChild(search, {
      workflowId: `search/${input.pipeline}/${input.asOf}`,
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      staticSummary: `Grid of ${input.pipeline} as of ${input.asOf}`,
      args: [toSearch],
    }));
  const record = await closeSearch({ opening, outcome, seconds: (Date.now() - startedAt) / 1_000 });
  return { outcome, record };
}

function candidateText(candidate: Candidate): string {
  return `${learnerName(candidate)} ${canonicalJson(candidate.parameters)}`;
}

import { executeChild, proxyActivities } from '@temporalio/workflow';
import type { PipelineActivities } from '../activities/activities.ts';
import type { PackageOutput } from '../activities/package.ts';
import { canonicalJson } from '../core/canonicalJson.ts';
import { learnerName } from '../core/learnerName.ts';
import type { RunRecord, StageRecord } from '../core/run.ts';
import type { SearchOutcome } from '../core/search.ts';
import type { Candidate } from '../core/trial.ts';
import { brief, long } from './activityOptions.ts';
import { freezeWindow } from './freezeWindow.ts';
import type { RunInput, RunTelling } from './recordedRun.ts';
import { search } from './search.ts';

const { openSearch, closeSearch } = proxyActivities<PipelineActivities>(brief);
const { features, package: packageModel } = proxyActivities<PipelineActivities>(long);

/** A candidate that nobody has judged yet, and what there is to tell of it. */
export interface TrainedCandidate {
  readonly snapshot: string;
  readonly matrix: string;
  readonly packed: PackageOutput;
  readonly facts: Partial<RunRecord>;
}

/** The stages of a run up to its model package, for a real run and for a replay: each done once for its inputs. */
export async function trainCandidate(input: RunInput, telling: RunTelling): Promise<TrainedCandidate> {
  const { plan, asOf, planId } = input;
  const { story, doing, done } = telling;
  const { snapshot, facts } = await freezeWindow(input, telling);

  const building = doing('features: building tables and the matrix');
  const made = await features.executeWithOptions(building, [{ plan, asOf, snapshot, ...scopeOf(input) }]);
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
  return {
    ...{ snapshot, matrix, packed: packed.output },
    facts: {
      ...facts,
      trials: found.record.reused ? { ...trials, run: 0, reused: trials.total } : trials,
      best: { ...best.candidate, epochs: best.epochs },
    },
  };
}

async function searchOnce(input: RunInput, matrix: string): Promise<{ outcome: SearchOutcome; record: StageRecord }> {
  const startedAt = Date.now();
  const { pipeline, asOf, plan, scope } = input;
  const opening = await openSearch({ pipeline, search: plan.search, matrix, ...scopeOf(input) });
  const { backend, warmStart } = opening;
  const toSearch = { search: plan.search, matrix, backend, ...(warmStart && { warmStart }) };
  const outcome =
    opening.held ??
    (await executeChild(search, {
      workflowId: `search/${scope === undefined ? pipeline : scope}/${asOf}`,
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      staticSummary: `Grid of ${pipeline} as of ${asOf}`,
      args: [toSearch],
    }));
  const record = await closeSearch({ opening, outcome, seconds: (Date.now() - startedAt) / 1_000 });
  return { outcome, record };
}

function scopeOf({ scope }: RunInput): { readonly scope?: string } {
  return scope === undefined ? {} : { scope };
}

function candidateText(candidate: Candidate): string {
  return `${learnerName(candidate)} ${canonicalJson(candidate.parameters)}`;
}

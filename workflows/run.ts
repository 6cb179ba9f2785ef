import { CancellationScope, executeChild, proxyActivities } from '@temporalio/workflow';
import type { PipelineActivities } from '../activities/activities.ts';
import { batchWarningsText } from '../core/batch/batchWarningsText.ts';
import { canonicalJson } from '../core/canonicalJson.ts';
import { outcomeText } from '../core/contractOutcome.ts';
import { catalogue } from '../core/errors.ts';
import { judge } from '../core/gate.ts';
import { isCorrected } from '../core/gatePlan.ts';
import type { Plan } from '../core/plan.ts';
import type { RunRecord, StageRecord } from '../core/run.ts';
import type { Scorecard, Verdict } from '../core/scorecard.ts';
import { scorecardText } from '../core/scorecardText.ts';
import type { SearchOutcome } from '../core/search.ts';
import { vanishedText } from '../core/sourceChanges.ts';
import { brief, long } from './activityOptions.ts';
import { catalogueFailure, failureOf } from './refuse.ts';
import { search } from './search.ts';
import { shareWork } from './shareWork.ts';
import { openStory, type Story } from './story.ts';

export interface RunInput {
  readonly pipeline: string;
  readonly asOf: string;
  readonly planId: string;
  readonly plan: Plan;
}

type Ending = Pick<RunRecord, 'status' | 'why'> & Partial<RunRecord>;

interface Ended {
  readonly ending: Ending;
  /** What the workflow fails with once its record is kept. */
  readonly failure?: unknown;
}

const { snapshot, openSearch, closeSearch, standings, submit, recordRun } = proxyActivities<PipelineActivities>(brief);
const { contract, features, package: packageModel, scorecard } = proxyActivities<PipelineActivities>(long);

/** One run of a pipeline at an hour: from the source's rows to a verdict, each stage done once for its inputs. */
export async function run(input: RunInput): Promise<RunRecord> {
  const story = openStory(`${input.pipeline} as of ${input.asOf}`);

  const startedAt = new Date().toISOString();
  const stages: StageRecord[] = [];
  const { ending, failure } = await untilJudged(input, story, stages).then(judgedAs, endedBy);
  const { pipeline, asOf, planId } = input;
  // A run that is cancelled tells so too.
  const record = await CancellationScope.nonCancellable(() =>
    recordRun.executeWithOptions({ summary: `the story of the run: ${ending.status}` }, [
      { record: { pipeline, asOf, plan: planId, startedAt, stages, ...ending } },
    ]),
  );
  story.end(`${record.status}: ${record.why}`);
  if (failure !== undefined) throw failure;
  return record;
}

async function untilJudged(input: RunInput, story: Story, stages: StageRecord[]): Promise<Ending> {
  const { plan, asOf, planId } = input;
  const done = (record: StageRecord, line: string): void => {
    stages.push(record);
    story.done(`${record.name}: ${line}${record.reused ? ' (reused)' : ''}, ${record.seconds.toFixed(1)} s`);
  };

  const doing = (now: string) => {
    story.doing(now);
    return { summary: now };
  };

  const judgedAt = Date.now();
  const validating = doing('contract: validating the partitions of the window');
  const { answer: valid, sharedSeconds } = await shareWork(
    (done) => contract.executeWithOptions(validating, [{ plan, asOf, judgedAt, done }]),
    (now) => story.doing(`contract: ${now}`),
  );
  const { rows, counts, source, partitions, window, said, findings = [] } = valid.output;
  const outcome = said === undefined ? '' : `: ${outcomeText({ ...said, windowWarnings: [] })}`;
  const notes = [source === undefined ? '' : vanishedText(source), batchWarningsText(findings)];
  const noted = notes.map((note) => (note === '' ? '' : `; ${note}`)).join('');
  done(
    { ...valid.record, seconds: sharedSeconds + valid.record.seconds },
    `${rows.read} rows in ${counts.total} partitions, ${counts.validated} validated now, ${rows.quarantined} rows in quarantine${outcome}${noted}`,
  );

  const freezing = doing('snapshot: freezing the clean rows');
  const frozen = await snapshot.executeWithOptions(freezing, [{ plan, partitions, window }]);
  done(frozen.record, `${frozen.output.rows} rows, ${frozen.output.id.slice(0, 16)}`);

  const building = doing('features: building tables and the matrix');
  const made = await features.executeWithOptions(building, [{ plan, asOf, snapshot: frozen.output.id }]);
  const { train, validate, test } = made.output.rows;
  done(made.record, `${train} rows to train, ${validate} to validate, ${test} to test`);

  story.doing('search: training the grid');
  const found = await searchOnce(input, made.output.matrix);
  const { best, trials } = found.outcome;
  done(found.record, `${trials.total} trials, best ${candidateText(best.candidate)}`);

  const { matrix } = made.output;
  const proving = doing('package: writing and proving one ONNX graph');
  const toPackage = { plan, planId, asOf, snapshot: frozen.output.id, matrix, trial: best };
  const packed = await packageModel.executeWithOptions(proving, [toPackage]);
  done(packed.record, `model ${packed.output.digest.slice(0, 12)}, threshold ${packed.output.threshold.toFixed(4)}`);

  const scoring = doing('scorecard: judging on the test rows');
  const toScore = { plan, asOf, snapshot: frozen.output.id, matrix, package: packed.output.id };
  const scored = await scorecard.executeWithOptions(scoring, [toScore]);
  done(scored.record, `${scored.output.card.rows} test rows`);

  const verdict = await judged(input, story, stages, scored.output);
  const version = await registered(input, story, stages, packed.output, scored.output.id, verdict);
  return {
    status: 'judged',
    why: `the gate's verdict is ${verdict.outcome}`,
    rows: { read: rows.read, quarantined: rows.quarantined },
    ...(said === undefined ? {} : { contract: said }),
    snapshot: { id: frozen.output.id, partitions: counts },
    trials: found.record.reused ? { ...trials, run: 0, reused: trials.total } : trials,
    best: { ...best.candidate, epochs: best.epochs },
    scorecard: { id: scored.output.id, ...cardFacts(scored.output.card) },
    verdict,
    version,
    model: { digest: packed.output.digest },
  };
}

function cardFacts({ metrics, testScores }: Scorecard): Pick<Scorecard, 'metrics' | 'testScores'> {
  return testScores === undefined ? { metrics } : { metrics, testScores };
}

async function searchOnce(input: RunInput, matrix: string): Promise<{ outcome: SearchOutcome; record: StageRecord }> {
  const startedAt = Date.now();
  const opening = await openSearch({ search: input.plan.search, matrix });
  const outcome =
    opening.held ??
    (await executeChild(search, {
      workflowId: `search/${input.pipeline}/${input.asOf}`,
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      staticSummary: `Grid of ${input.pipeline} as of ${input.asOf}`,
      args: [{ search: input.plan.search, matrix, backend: opening.backend }],
    }));
  const record = await closeSearch({ opening, outcome, seconds: (Date.now() - startedAt) / 1_000 });
  return { outcome, record };
}

async function judged(
  { plan, asOf }: RunInput,
  story: Story,
  stages: StageRecord[],
  { card, id }: { readonly card: Scorecard; readonly id: string },
): Promise<Verdict> {
  const counted = plan.gate.some(isCorrected);
  const summary = 'gate: counting the looks before';
  const before = counted ? await standings.executeWithOptions({ summary }, [{ plan, asOf }]) : undefined;
  const verdict = judge(plan.gate, card, before?.standings);
  const inputs = { scorecard: id, ...(before === undefined ? {} : { ledger: before.ledger }) };
  stages.push({ name: 'gate', key: id, seconds: 0, reused: false, inputs });
  story.chapter(scorecardText(card, verdict));
  story.done(`gate: ${verdict.outcome}`);
  return verdict;
}

async function registered(
  input: RunInput,
  story: Story,
  stages: StageRecord[],
  packed: { id: string; digest: string },
  scorecardId: string,
  verdict: Verdict,
): Promise<number> {
  const { pipeline, asOf, planId } = input;
  const startedAt = Date.now();
  story.doing('register: handing the candidate to the release');
  const candidate = {
    package: packed.id,
    digest: packed.digest,
    asOf,
    plan: planId,
    scorecard: scorecardId,
    verdict,
    run: `${pipeline}/${asOf}`,
  };
  const summary = `candidate of ${pipeline} as of ${asOf}`;
  const { version } = await submit.executeWithOptions({ summary }, [{ pipeline, candidate }]);
  const seconds = (Date.now() - startedAt) / 1_000;
  stages.push({
    name: 'register',
    key: packed.id,
    seconds,
    reused: false,
    inputs: { package: packed.id, scorecard: scorecardId },
  });
  story.done(`register: version ${version} of ${pipeline}, with workflow release/${pipeline}`);
  return version;
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

function candidateText({ learner, parameters }: { learner: string; parameters: object }): string {
  return `${learner} ${canonicalJson(parameters)}`;
}

import { proxyActivities } from '@temporalio/workflow';
import type { PipelineActivities } from '../activities/activities.ts';
import type { PackageOutput } from '../activities/package.ts';
import { judge } from '../core/gate.ts';
import { isCorrected } from '../core/gatePlan.ts';
import type { Scorecard, Verdict } from '../core/scorecard.ts';
import { scorecardText } from '../core/scorecardText.ts';
import { brief, long } from './activityOptions.ts';
import type { Ending, RunInput, RunTelling } from './recordedRun.ts';

const { standings, submit } = proxyActivities<PipelineActivities>(brief);
const { scorecard } = proxyActivities<PipelineActivities>(long);

/** What the scorecard needs besides the run's input. */
export interface JudgedInput {
  readonly snapshot: string;
  readonly matrix: string;
  readonly packed: PackageOutput;
}

/** The last stages of every candidate, whoever trained it: its scorecard, the gate, and into the registry's hands. */
export async function judgeCandidate(
  input: RunInput,
  { snapshot, matrix, packed }: JudgedInput,
  telling: RunTelling,
): Promise<Ending> {
  const { plan, asOf } = input;
  const scoring = telling.doing('scorecard: judging on the test rows');
  const toScore = { plan, asOf, snapshot, matrix, package: packed.id };
  const scored = await scorecard.executeWithOptions(scoring, [toScore]);
  telling.done(scored.record, `${scored.output.card.rows} test rows`);

  const verdict = await judged(input, scored.output, telling);
  const version = await registered(input, packed, scored.output.id, verdict, telling);
  return {
    status: 'judged',
    why: `the gate's verdict is ${verdict.outcome}`,
    scorecard: { id: scored.output.id, ...cardFacts(scored.output.card) },
    verdict,
    version,
    model: { digest: packed.digest },
  };
}

function cardFacts({ metrics, testScores }: Scorecard): Pick<Scorecard, 'metrics' | 'testScores'> {
  return testScores === undefined ? { metrics } : { metrics, testScores };
}

async function judged(
  { plan, asOf }: RunInput,
  { card, id }: { readonly card: Scorecard; readonly id: string },
  { story, stages }: RunTelling,
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
  packed: PackageOutput,
  scorecardId: string,
  verdict: Verdict,
  { story, stages }: RunTelling,
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

import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { CancellationScope, isCancellation, proxyActivities, startChild } from '@temporalio/workflow';
import type { PipelineActivities } from '../activities/activities.ts';
import type { Committed, RolloutChange, RolloutCourse } from '../activities/rollout.ts';
import type { RolloutRequest, RolloutResult } from '../core/releaseMessages.ts';
import type { RolloutStanding } from '../core/rolloutRules.ts';
import { type RolloutStep, stepText } from '../core/rolloutSteps.ts';
import { verdictText } from '../core/verdictText.ts';
import { brief, long } from './activityOptions.ts';
import { retrain } from './retrain.ts';
import { openStory, type Story } from './story.ts';
import { openStepWatch, type WatchStep } from './watchStep.ts';

const { prepare, abandon, commit } = proxyActivities<PipelineActivities>(brief);
const { awaitPrepared, awaitApplied } = proxyActivities<PipelineActivities>(long);

/**
 * Puts a version in charge: loaded beside the old one and checked everywhere first, then step by step as its plan says,
 * each a routing with an epoch of its own. A step that fails gives all requests back to the version before.
 */
export async function rollout(request: RolloutRequest): Promise<RolloutResult> {
  const { pipeline, version } = request;
  const story = openStory(`Version ${version} of ${pipeline}`);
  const watch = openStepWatch(request, story);

  story.doing('asking every serving process to load and check it');
  const course = await prepare.executeWithOptions({ summary: `ask for version ${version}` }, [request]);
  const prepared = await awaitPrepared.executeWithOptions({ summary: `until version ${version} is prepared` }, [
    { pipeline, version },
  ]);
  const why = refusalText(prepared);
  if (why !== null) {
    await abandon({ pipeline, version, who: request.who, why, at: now() });
    story.end(why);
    return { outcome: 'failed', why };
  }
  story.done(`prepared by ${counted(prepared.done)}${missing(prepared.awaited)}`);
  if (course.atOnce !== null) story.done(`no steps: ${course.atOnce}`);

  for (const step of course.steps.filter(({ kind }) => kind !== 'hold')) {
    const ended = await taken(request, course, step, story, watch);
    if (ended !== null) return ended;
  }
  return promoted(request, course, story, watch);
}

/** A shadow or canary. Null where it is passed. */
async function taken(
  request: RolloutRequest,
  course: RolloutCourse,
  step: RolloutStep,
  story: Story,
  watch: WatchStep,
): Promise<RolloutResult | null> {
  const begun = await changed({ ...byRollout(request, stepText(step)), event: 'traffic changed', step }, story);
  const { epoch, refusal } = begun;
  if (refusal !== null) return withdrawn(request, story, 'failed', `${stepText(step)}: ${refusal}`);
  const verdict = await watch(course, step, epoch);
  const why = `${stepText(step)}: ${verdictText(verdict)}`;
  if (verdict.outcome === 'pass') return null;
  return withdrawn(request, story, verdict.outcome === 'fail' ? 'failed' : 'inconclusive', why);
}

/** All requests go to the version; in a hold the one before stays loaded, and has them back at once if it fails. */
async function promoted(
  request: RolloutRequest,
  course: RolloutCourse,
  story: Story,
  watch: WatchStep,
): Promise<RolloutResult> {
  const { pipeline, version, event, who, why } = request;
  const hold = course.steps.find(({ kind }) => kind === 'hold');
  const rival = course.champion;
  if (hold === undefined || rival === null) {
    const { text } = await changed({ pipeline, version, event, who, why, at: now() }, story);
    story.end(text);
    return { outcome: 'live', why: text };
  }
  const { epoch, text } = await changed({ pipeline, version, event, who, why, at: now(), step: hold, rival }, story);
  try {
    const verdict = await watch(course, hold, epoch);
    if (verdict.outcome !== 'fail') {
      const end = await changed({ ...byRollout(request, 'the hold is over'), event: 'traffic changed' }, story);
      story.end(end.text);
      return { outcome: 'live', why: end.text };
    }
    const reason = `${stepText(hold)}: ${verdictText(verdict)}`;
    const back = await changed({ ...byRollout(request, reason), event: 'rolled back', version: rival }, story);
    story.end(`${reason}; ${back.text}`);
    return { outcome: 'failed', why: reason };
  } catch (error) {
    // It answers: whoever stops the hold decides who answers next, and has the version before still loaded for it.
    if (!isCancellation(error)) throw error;
    return { outcome: 'live', why: text };
  }
}

/** Ends the version's part: all requests are the champion's again. */
async function withdrawn(
  request: RolloutRequest,
  story: Story,
  outcome: 'failed' | 'inconclusive',
  why: string,
): Promise<RolloutResult> {
  const { text } = await changed({ ...byRollout(request, why), event: `rollout ${outcome}` }, story);
  story.end(`${why}; ${text}`);
  return { outcome, why };
}

/**
 * One change of who answers what, from the ledger to every live serving process. One that does not apply it within a minute
 * is named and not waited for: it takes the routing when it can. What is begun is ended, whoever stops the rollout.
 */
function changed(
  change: RolloutChange,
  story: Story,
): Promise<{ epoch: number; text: string; refusal: string | null }> {
  const { pipeline, version, event, step, rival = version } = change;
  const beside = step === undefined ? null : step.kind === 'hold' ? rival : version;
  return CancellationScope.nonCancellable(async () => {
    story.doing('committing to the ledger and publishing the routing');
    const committed = await commit.executeWithOptions({ summary: `version ${version} ${event}` }, [change]);
    const { epoch, after = [] } = committed;
    for (const follower of after) await retrainAfter(change, follower, committed);
    const applied = await awaitApplied.executeWithOptions({ summary: `until epoch ${epoch} is applied` }, [
      { pipeline, epoch, beside },
    ]);
    const text = appliedText(epoch, applied);
    if (step !== undefined) story.done(`${stepText(step)}: ${text}`);
    return { epoch, text, refusal: refusalText(applied) };
  });
}

/** It goes on by itself, and decides for itself whether there is something to learn. */
async function retrainAfter(
  { pipeline, version }: RolloutChange,
  follower: string,
  { epoch, replay }: Committed,
): Promise<void> {
  const trigger = { kind: 'upstream', why: `${pipeline} promoted version ${version}` } as const;
  await startChild(retrain, {
    workflowId: `retrain/${follower}/after/${pipeline}/epoch-${epoch}`,
    args: [{ pipeline: follower, trigger, ...(replay && { replay }) }],
    parentClosePolicy: 'ABANDON',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    staticSummary: `${follower}, after version ${version} of ${pipeline}`,
  }).catch((error: unknown) => {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  });
}

function byRollout({ pipeline, version }: RolloutRequest, why: string): Omit<RolloutChange, 'event'> {
  return { pipeline, version, who: `rollout of version ${version}`, why, at: now() };
}

/** ISO, UTC; the workflow's own clock, which replays. */
function now(): string {
  return new Date().toISOString();
}

function appliedText(epoch: number, { done, awaited }: RolloutStanding): string {
  return `epoch ${epoch} applied by ${counted(done)}${missing(awaited)}`;
}

/** Null where nobody refuses. */
function refusalText({ refused }: RolloutStanding): string | null {
  const refusals = Object.entries(refused).map(([id, why]) => `${id}: ${why}`);
  return refusals.length === 0 ? null : `refused by ${refusals.join('; ')}`;
}

function counted(ids: readonly string[]): string {
  return `${ids.length} serving process${ids.length === 1 ? '' : 'es'}`;
}

function missing(ids: readonly string[]): string {
  return ids.length === 0 ? '' : `, without ${ids.join(', ')}`;
}

import { proxyActivities, setHandler } from '@temporalio/workflow';
import type { PipelineActivities } from '../activities/activities.ts';
import type { RolloutCourse } from '../activities/rollout.ts';
import type { RolloutRequest } from '../core/releaseMessages.ts';
import type { StepVerdict } from '../core/rolloutAnalysis.ts';
import { type RolloutStep, stepText } from '../core/rolloutSteps.ts';
import { verdictTable, verdictText } from '../core/verdictText.ts';
import { long } from './activityOptions.ts';
import { pauseRollout, resumeRollout } from './rolloutSignals.ts';
import type { Story } from './story.ts';

/** Watches a step to its end: `pass` after its time, `fail` at once, `inconclusive` when it has waited long enough. */
export type WatchStep = (course: RolloutCourse, step: RolloutStep, epoch: number) => Promise<StepVerdict>;

/** A watch that was lost with its worker is taken up soon: nobody judges the step meanwhile. */
const { watchStep } = proxyActivities<PipelineActivities>({ ...long, heartbeatTimeout: '3 seconds' });

/** A step's figures are told after so long, and then ever less often: a history holds only so many looks. */
const firstLookMs = 5_000;
const looksPerStep = 200;
/** A pause ends no later than this after the word that ends it. */
const pausedLookMs = 10_000;

/** Hears of pauses from now on: paused, a step goes on being judged, and the next one does not begin. */
export function openStepWatch({ pipeline, version }: RolloutRequest, story: Story): WatchStep {
  let isPaused = false;
  setHandler(pauseRollout, () => {
    isPaused = true;
  });
  setHandler(resumeRollout, () => {
    isPaused = false;
  });

  return async (course, step, epoch) => {
    const { analysis, champion, steps } = course;
    const alpha = analysis.falseAlarms / steps.length;
    const watch = { pipeline, version, rival: champion ?? version, epoch, step, analysis, alpha };
    const began = Date.now();
    for (let lookMs = firstLookMs; ; lookMs = Math.min(2 * lookMs, longestLookMs(step))) {
      const left = began + step.forMs - Date.now();
      const due = left > 0 ? left : left + analysis.waitMs;
      story.doing(isPaused ? `${stepText(step)}, paused` : stepText(step));
      const verdict = await watchStep.executeWithOptions({ summary: stepText(step) }, [
        {
          ...watch,
          forMs: Math.max(0, isPaused ? pausedLookMs : Math.min(lookMs, due)),
          untilPassed: left <= 0 && !isPaused,
        },
      ]);
      story.aside(`#### ${stepText(step)}\n\n${verdictTable(verdict)}`);
      const past = Date.now() - began - step.forMs;
      const isOver = !isPaused && past >= 0 && (verdict.outcome === 'pass' || past >= analysis.waitMs);
      if (verdict.outcome !== 'fail' && !isOver) continue;
      story.done(
        `${stepText(step)}: ${verdict.outcome}${verdict.outcome === 'pass' ? '' : `, ${verdictText(verdict)}`}`,
      );
      return verdict;
    }
  };
}

function longestLookMs({ forMs }: RolloutStep): number {
  return Math.max(60_000, forMs / looksPerStep);
}

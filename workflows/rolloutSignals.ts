import { defineSignal } from '@temporalio/workflow';

/**
 * What the release tells the rollout that is under way. Paused, it holds at the step where it is until it is resumed. To
 * stop it the release cancels it: what it commits by then must be done whole, outside of the cancelled scope.
 */
export const pauseRollout = defineSignal('pause');
export const resumeRollout = defineSignal('resume');

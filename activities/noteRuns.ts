import type { Context } from '@temporalio/activity';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { forgetRun, noteRun } from '../upkeep/runsUnderWay.ts';
import type { Ports } from './ports.ts';

/** The workflows that read and make what a sweep might take for unneeded, and end with a record of it. */
const readers = new Set(['run', 'refresh', 'backtestModel']);

/** The activity that such a workflow ends with, when what it made is named. */
const lasts = new Set(['recordRun', 'keepModel']);

/**
 * Notes each run before the first of its activities and forgets it when its record is written, so that a sweep knows
 * what is under way, however long it takes. Of a run that several workers work for the first note counts.
 */
export function noteRuns({ store, clock }: Pick<Ports, 'store' | 'clock'>) {
  const noted = new Set<string>();
  return ({ info }: Context): ActivityInboundCallsInterceptor => ({
    async execute(input, next) {
      const run = readers.has(info.workflowType ?? '') ? info.workflowExecution?.runId : undefined;
      if (run === undefined) return next(input);
      if (!noted.has(run)) await noteRun(store, run, clock());
      noted.add(run);
      const output = await next(input);
      if (lasts.has(info.activityType)) await forgetRun(store, run);
      return output;
    },
  });
}

import { WhetError } from '../core/errors.ts';
import { isOpened, type Opened } from '../core/openWork.ts';
import type { Plan } from '../core/plan.ts';
import { latestHour, type RetrainInput } from '../core/retrainInput.ts';
import type { RunRecord } from '../core/run.ts';
import { type Hour, hourOf, hourStart } from '../core/time.ts';
import type { SourceIndex } from '../datasets/sources/indexSource.ts';
import { keepPlan } from './planOf.ts';
import type { Ports } from './ports.ts';
import { runRecords } from './runRecords.ts';
import { sharedSource } from './sharedSource.ts';
import { whileBeating } from './whileBeating.ts';

export interface Resolved {
  readonly planId: string;
  readonly plan: Plan;
  readonly asOf: Hour;
  /** Set when there is nothing to do: why. */
  readonly skip: string | null;
}

export interface ResolveInput {
  readonly input: RetrainInput;
  readonly nowMs: number;
  /** Lists of work that was opened for this answer, and is done. */
  readonly done?: readonly string[];
}

/** Pins what a run will be about: the plan as it is now, and the hour. */
export function createResolveActivities(ports: Ports) {
  return {
    async resolve({ input, nowMs, done = [] }: ResolveInput): Promise<Resolved | Opened> {
      const plan = knownPlan(ports, input.pipeline);
      const planId = await keepPlan(ports.store, plan);
      if (input.asOf !== undefined) return { planId, plan, asOf: hourOf(hourStart(input.asOf)), skip: null };
      const index = await whileBeating(() => sharedSource(ports, plan.contract, done));
      if (isOpened(index)) return index;
      const asOf = newestHour(index, latestHour(nowMs, input.replay));
      const judged = (await runRecords(ports.store, input.pipeline, asOf)).find((record) =>
        isJudgedUnder(record, planId),
      );
      return {
        planId,
        plan,
        asOf,
        skip: judged === undefined ? null : `no new data: ${asOf} was judged by run ${judged.run}`,
      };
    },
  };
}

/** Throws `pipeline.unknown`. */
export function knownPlan(ports: Ports, pipeline: string): Plan {
  const plan = ports.plans.get(pipeline);
  if (plan !== undefined) return plan;
  const known = [...ports.plans.keys()].map((id) => `'${id}'`).join(', ') || 'none yet';
  throw new WhetError('pipeline.unknown', { expected: `a pipeline of pipelines/ (${known})`, came: `'${pipeline}'` });
}

/** An hour is complete once the source holds a row at or after its end. */
export function newestHour(index: SourceIndex, latest: Hour): Hour {
  return hourOf(Math.min(index.newestMs, hourStart(latest)));
}

/** A run that failed says nothing about the data: it is done again. A refresh trained nothing. */
function isJudgedUnder({ plan, status, refreshes }: RunRecord, planId: string): boolean {
  return plan === planId && refreshes === undefined && (status === 'judged' || status === 'rejected');
}

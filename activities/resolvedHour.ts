import { newLabels } from '../core/newLabels.ts';
import { isOpened, type Opened } from '../core/openWork.ts';
import type { Plan } from '../core/plan.ts';
import { latestHour, type RetrainInput } from '../core/retrainInput.ts';
import { lastTrained } from '../core/retrainStanding.ts';
import type { RunRecord } from '../core/run.ts';
import { type Hour, hourOf, hourStart } from '../core/time.ts';
import type { SourceIndex } from '../datasets/sources/indexSource.ts';
import { retrainStanding } from '../registry/retrainings.ts';
import type { Ports } from './ports.ts';
import { runRecords } from './runRecords.ts';
import { sharedSource } from './sharedSource.ts';
import { whileBeating } from './whileBeating.ts';

export interface ResolveInput {
  readonly input: RetrainInput;
  readonly nowMs: number;
  /** Lists of work that was opened for this answer, and is done. */
  readonly done?: readonly string[];
}

export interface ResolvedHour {
  readonly asOf: Hour;
  /** Set when there is nothing to do: why. */
  readonly skip: string | null;
  /** Rows whose labels have settled since the run before; left out, as what follows, where somebody names the hour. */
  readonly newLabels?: number;
  /** Of the source, with rows. */
  readonly hours?: number;
}

/** The hour that a run of a pipeline stands at, and whether it was judged under this plan. Throws as `sharedSource`. */
export async function resolvedHour(
  ports: Ports,
  plan: Plan,
  planId: string,
  { input, nowMs, done = [] }: ResolveInput,
): Promise<ResolvedHour | Opened> {
  const { pipeline } = plan;
  if (input.asOf !== undefined) return { asOf: hourOf(hourStart(input.asOf)), skip: null };
  const index = await whileBeating(() => sharedSource(ports, plan.contract, done));
  if (isOpened(index)) return index;
  const asOf = newestHour(index, latestHour(nowMs, input.replay));
  const records = await runRecords(ports.store, pipeline, asOf);
  const judged = records.find((record) => isJudgedUnder(record, planId));
  const before = lastTrained(await retrainStanding(ports.store, pipeline));
  return {
    asOf,
    skip: judged === undefined ? null : `no new data: ${asOf} was judged by run ${judged.run}`,
    newLabels: newLabels(plan, index.hours, asOf, before),
    hours: index.hours.length,
  };
}

/** An hour is complete once the source holds a row at or after its end. */
export function newestHour(index: SourceIndex, latest: Hour): Hour {
  return hourOf(Math.min(index.newestMs, hourStart(latest)));
}

/** A run that failed says nothing about the data: it is done again. A refresh trained nothing. */
function isJudgedUnder({ plan, status, refreshes }: RunRecord, planId: string): boolean {
  return plan === planId && refreshes === undefined && (status === 'judged' || status === 'rejected');
}

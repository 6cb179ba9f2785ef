import type { JoinedHour, LabelJoin } from '../core/labelJoin.ts';
import type { Plan } from '../core/plan.ts';
import { hourMs, hourStart } from '../core/time.ts';
import type { DataPorts } from '../datasets/dataPorts.ts';
import { keptLabels } from './keptLabels.ts';
import { sourceLabels } from './sourceLabels.ts';

export interface GatherTimes {
  readonly atMs: number;
  readonly sourceNowMs: number;
}

/** Corrections of the source are looked for as long after the rows of a window have settled. */
const correctedWithinMs = 24 * hourMs;

/**
 * Joins the labels that came, and those that the pipeline's source tells where the plan says that it does: of rows that a
 * monitor may still look at, and of no later hour than the source has come to. Hours of the logs in which nothing can lie
 * that matters to a monitor are not listed. Throws as `sourceLabels`.
 */
export async function gatherLabels(ports: DataPorts, plan: Plan, times: GatherTimes): Promise<LabelJoin> {
  const { pipeline, contract, label, watch } = plan;
  const longestMs = Math.max(0, ...(watch?.monitors ?? []).map(({ overMs }) => overMs));
  const sinceMs = times.atMs - longestMs - label.settlesWithinMs - correctedWithinMs;
  const recent = [sinceMs, times.atMs] as const;
  const request = { pipeline, eventTime: contract.eventTime, settlesWithinMs: label.settlesWithinMs, recent };
  const join = await keptLabels(ports, request);
  if (watch?.labels !== 'source') return join;
  const untilMs = times.sourceNowMs - label.settlesWithinMs - hourMs;
  const asked = Object.entries(join.hours).filter(([hour]) => hourStart(hour) + hourMs > sinceMs);
  const settled = asked.flatMap(([, hour]) => untilTime(hour, untilMs));
  // Rows of one hour may be asked for again a while after its labels were stored.
  const storedSinceMs = sinceMs - correctedWithinMs;
  const { labels } = await sourceLabels(ports, plan, settled, times.atMs, storedSinceMs);
  return labels === 0 ? join : keptLabels(ports, request);
}

/** What is replayed has a future, which tells no labels yet. */
function untilTime({ eventTimes }: JoinedHour, untilMs: number): Pick<JoinedHour, 'eventTimes'>[] {
  if (eventTimes === null || eventTimes[0] > untilMs) return [];
  return [{ eventTimes: [eventTimes[0], Math.min(eventTimes[1], untilMs)] }];
}

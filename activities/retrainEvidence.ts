import type { RetrainEvidence } from '../core/decideRetrain.ts';
import { expectedGain } from '../core/expectedGain.ts';
import type { LedgerEntry } from '../core/ledger.ts';
import { leftToRelease } from '../core/leftToRelease.ts';
import type { Plan } from '../core/plan.ts';
import { retrainClockMs } from '../core/retrainClock.ts';
import type { RunTrigger } from '../core/retrainDecision.ts';
import type { Replay } from '../core/retrainInput.ts';
import type { PastRun, RetrainStanding } from '../core/retrainStanding.ts';
import type { Hour } from '../core/time.ts';
import { readLedger } from '../registry/ledger.ts';
import type { Ports } from './ports.ts';

/** What a run is asked for with, once its hour is known. */
export interface Asked {
  readonly trigger: RunTrigger;
  /** Real, milliseconds UTC. */
  readonly nowMs: number;
  readonly replay?: Replay;
  readonly asOf: Hour;
  readonly nothingNew: string | null;
  readonly newLabels: number | null;
}

/** All that a decision is made on, but for the standing, which may be read anew. Throws as `readLedger`. */
export async function retrainEvidence(
  { store }: Ports,
  { pipeline, search }: Plan,
  planId: string,
  { nowMs, replay, trigger, asOf, nothingNew, newLabels }: Asked,
): Promise<(standing: RetrainStanding) => RetrainEvidence> {
  const ledger = await readLedger(store, pipeline);
  const clockOf = (realMs: number): number => retrainClockMs(realMs, replay);
  const asked = { pipeline, trigger, asOf, plan: planId, nothingNew, newLabels };
  return ({ underway, runs }) => ({
    ...asked,
    atMs: nowMs,
    clockMs: clockOf(nowMs),
    underway: underway && { ...underway, startedMs: clockOf(underway.startedMs) },
    paused: leftToRelease(ledger).paused,
    runs: judgedLater(runs, ledger).map((run) => ({ ...run, startedMs: clockOf(run.startedMs) })),
    gain: expectedGain(search.maximize, runs, asOf, championHour(ledger)),
  });
}

/** What the gate let pass and its rollout did not is a rejected candidate as well. */
function judgedLater(runs: readonly PastRun[], ledger: readonly LedgerEntry[]): PastRun[] {
  const failed = new Set(ledger.flatMap(({ event }) => (event.kind === 'rollout failed' ? [event.version] : [])));
  return runs.map((run) => (failed.has(run.version ?? 0) ? { ...run, outcome: 'rejected' } : run));
}

/** Of its tables: a refresh renews them. */
function championHour(ledger: readonly LedgerEntry[]): Hour | null {
  const champion = ledger.at(-1)?.aliases.champion;
  const records = ledger.flatMap(({ event }) => (event.kind === 'registered' ? [event.record] : []));
  return records.find(({ version }) => version === champion)?.asOf ?? null;
}

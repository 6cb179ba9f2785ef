import { heartbeat, sleep } from '@temporalio/activity';
import type { LedgerEntry, LedgerEvent } from '../core/ledger.ts';
import type { RolloutRequest } from '../core/releaseMessages.ts';
import type { Replay } from '../core/retrainInput.ts';
import { type AnalysisPlan, usualAnalysis } from '../core/rolloutPlan.ts';
import { application, liveLeases, preparation, type RolloutStanding, withSilent } from '../core/rolloutRules.ts';
import { type RolloutStep, rolloutSteps, variantOf } from '../core/rolloutSteps.ts';
import { withoutVariants, withVariant } from '../core/rolloutTraffic.ts';
import type { ServingLease, Traffic } from '../core/routing.ts';
import type { ServingPlan } from '../core/servingPlan.ts';
import { headOf } from '../registry/ledger.ts';
import { retrainStanding } from '../registry/retrainings.ts';
import { changeRouting, followLedger, routedVersion } from '../registry/routingCopy.ts';
import { removeDeadLeases, servingLeases } from '../registry/servingLeases.ts';
import { findVersion } from '../registry/versions.ts';
import { entryOnce } from './appendOnce.ts';
import { planOf } from './planOf.ts';
import type { Ports } from './ports.ts';

/** How long a rollout waits for a live serving process that says neither yes nor no, before it goes on without it. */
const patienceMs = 60_000;
const pollMs = 100;

/** A rollout that came to nothing; `at` is when that was decided. */
export interface Abandonment extends Omit<RolloutRequest, 'event' | 'bySteps'> {
  readonly at: string;
}

/** How a version comes to answer: what it is compared with, and the steps it goes through. */
export interface RolloutCourse {
  /** The version that answers now; null where none does. */
  readonly champion: number | null;
  readonly steps: readonly RolloutStep[];
  readonly analysis: AnalysisPlan;
  /** Why there are no steps, where the plan has some. */
  readonly atOnce: string | null;
}

/** One change of who answers what, on its way to the ledger. */
export interface RolloutChange extends Omit<RolloutRequest, 'event' | 'bySteps'> {
  readonly event: RolloutRequest['event'] | 'traffic changed' | 'rollout failed' | 'rollout inconclusive';
  /** The step that begins with it; left out where the version's part ends. */
  readonly step?: RolloutStep;
  /** The version that stays loaded in a hold. */
  readonly rival?: number;
  /** When it was decided, ISO time, UTC. */
  readonly at: string;
}

export interface Committed {
  readonly epoch: number;
  /** The pipelines that are to be retrained after it; left out where there are none. */
  readonly after?: readonly string[];
  /** For data of the past: what hour it is there for them, as it was for this one. */
  readonly replay?: Replay;
}

export interface AppliedEpoch {
  readonly pipeline: string;
  readonly epoch: number;
  /** The version that scores beside the champion; null where none does. */
  readonly beside: number | null;
}

/** Stage 9: routing, epoch by epoch. Serving processes read it from the store and answer in their leases. */
export function createRolloutActivities(ports: Ports) {
  const { store } = ports;
  return {
    /** Asks every serving process to load and check the version, and tells by which steps it comes to answer. */
    async prepare({ pipeline, version, bySteps }: Pick<RolloutRequest, 'pipeline' | 'version' | 'bySteps'>) {
      const newcomer = await routedVersion(store, pipeline, version);
      await removeDeadLeases(store, pipeline, ports.clock());
      await changeRouting(store, pipeline, (routing) => ({ ...routing, prepare: newcomer }));
      return courseOf(ports, pipeline, version, bySteps === true);
    },
    /** Waits until every live serving process has prepared the version, or one refuses it, or patience ends. */
    awaitPrepared: ({ pipeline, version }: { pipeline: string; version: number }): Promise<RolloutStanding> =>
      awaitStanding(ports, pipeline, (leases, nowMs) => preparation(leases, version, nowMs)),

    /** Takes back what a rollout began. A version that the ledger has put in charge by then has not failed. */
    async abandon({ pipeline, version, who, why, at }: Abandonment): Promise<void> {
      await changeRouting(store, pipeline, (routing) =>
        routing.prepare?.version === version ? { ...routing, prepare: null } : routing,
      );
      if ((await headOf(store, pipeline))?.routing.version === version) return;
      const entry = await entryOnce(store, pipeline, { kind: 'rollout failed', version }, { who, why, at });
      await followLedger(store, pipeline, entry);
    },
    /** The ledger's entry first, for it is the truth; then the routing that follows it. */
    async commit(change: RolloutChange): Promise<Committed> {
      const entry = await entryFor(ports, change);
      await followLedger(store, change.pipeline, entry);
      return { epoch: entry.routing.epoch, ...(await runsAfter(ports, change)) };
    },
    /** Waits until every live serving process answers by the epoch and has the version beside the champion loaded. */
    awaitApplied: ({ pipeline, epoch, beside }: AppliedEpoch): Promise<RolloutStanding> =>
      awaitStanding(ports, pipeline, (leases, nowMs) => application(leases, epoch, beside, nowMs)),
  };
}

/** The steps of the version's own plan: it is rolled out as the pipeline said when it was made. */
async function courseOf(ports: Ports, pipeline: string, version: number, bySteps: boolean): Promise<RolloutCourse> {
  const { store, clock } = ports;
  const champion = (await headOf(store, pipeline))?.routing.version ?? null;
  const none = { champion, steps: [], analysis: usualAnalysis, atOnce: null };
  if (!bySteps) return none;
  const { rollout } = await planOf(store, (await findVersion(store, pipeline, version)).plan);
  const { analysis = usualAnalysis } = rollout;
  const steps = rolloutSteps(rollout);
  if (steps.length === 0) return none;
  if (champion === null || champion === version) return { ...none, atOnce: 'no other version answers' };
  const serving = liveLeases(await servingLeases(store, pipeline), clock());
  if (serving.length === 0) return { ...none, atOnce: 'no serving process lives, so nothing could be seen of it' };
  return { champion, steps, analysis, atOnce: null };
}

/** The pipelines that are trained again after a new model of this one. Other tables under the same weights are no new model. */
async function runsAfter(
  { store, plans }: Ports,
  { pipeline, version, event }: RolloutChange,
): Promise<Omit<Committed, 'epoch'>> {
  const following = [...plans.values()].filter(({ retrain }) =>
    retrain.some((trigger) => trigger.kind === 'after' && trigger.pipeline === pipeline),
  );
  if (event !== 'promoted' || following.length === 0) return {};
  if ((await findVersion(store, pipeline, version)).refresh !== undefined) return {};
  const { replay } = await retrainStanding(store, pipeline);
  return { after: following.map((plan) => plan.pipeline), ...(replay && { replay }) };
}

/** A repeated commit finds its entry; a version that answers already is not put in charge again. */
async function entryFor({ store }: Ports, change: RolloutChange): Promise<LedgerEntry> {
  const { pipeline, version, who, why, at } = change;
  const head = await headOf(store, pipeline);
  const isMove = change.event === 'promoted' || change.event === 'rolled back';
  if (isMove && head?.routing.version === version) return head;
  const serving = change.step && (await planOf(store, (await findVersion(store, pipeline, version)).plan)).serving;
  return entryOnce(store, pipeline, eventOf(change, head, serving), { who, why, at });
}

function eventOf(
  { event: kind, version, step, rival }: RolloutChange,
  head: LedgerEntry | undefined,
  serving: ServingPlan | undefined,
): Exclude<LedgerEvent, { kind: 'registered' }> {
  const settled = withoutVariants(head?.routing.traffic);
  const traffic = step && trafficOf(step, step.kind === 'hold' ? (rival ?? version) : version, settled, serving);
  if (kind === 'traffic changed') return { kind, version, traffic: traffic ?? settled ?? null };
  if (kind === 'promoted') return { kind, version, ...(traffic === undefined ? {} : { traffic }) };
  return { kind, version };
}

function trafficOf(
  step: RolloutStep,
  version: number,
  settled: Traffic<number> | undefined,
  serving: ServingPlan | undefined,
): Traffic<number> {
  const { name, ...shares } = variantOf(step);
  return withVariant(settled, name, { version, ...shares }, serving);
}

async function awaitStanding(
  ports: Ports,
  pipeline: string,
  judge: (leases: readonly ServingLease[], nowMs: number) => RolloutStanding,
): Promise<RolloutStanding> {
  const until = ports.clock() + patienceMs;
  const met = new Set<string>();
  for (;;) {
    const [leases, nowMs] = [await servingLeases(ports.store, pipeline), ports.clock()];
    for (const { id } of liveLeases(leases, nowMs)) met.add(id);
    const standing = judge(leases, nowMs);
    heartbeat(standing);
    const isSettled = standing.awaited.length === 0 || Object.keys(standing.refused).length > 0;
    if (isSettled || nowMs >= until) return withSilent(standing, met, leases, nowMs);
    await sleep(pollMs);
  }
}

import { askedByLook, type Looked } from '../core/askedByLook.ts';
import { decideRetrain } from '../core/decideRetrain.ts';
import { WhetError } from '../core/errors.ts';
import type { Look } from '../core/look.ts';
import { isOpened } from '../core/openWork.ts';
import type { Plan } from '../core/plan.ts';
import { retrainClockMs } from '../core/retrainClock.ts';
import type { RetrainDecision } from '../core/retrainDecision.ts';
import { latestHour, type Replay } from '../core/retrainInput.ts';
import { lastTrained, type RetrainStanding } from '../core/retrainStanding.ts';
import type { Scorecard } from '../core/scorecard.ts';
import { hourMs, hourStart } from '../core/time.ts';
import { headOf } from '../registry/ledger.ts';
import { keepDecision, retrainStanding } from '../registry/retrainings.ts';
import { findVersion } from '../registry/versions.ts';
import { getObjectJson, requireJson } from '../storage/objects.ts';
import { keepPlan } from './planOf.ts';
import type { Ports } from './ports.ts';
import { knownPlan } from './resolve.ts';
import { type ResolvedHour, resolvedHour } from './resolvedHour.ts';
import { retrainEvidence } from './retrainEvidence.ts';
import { settledStanding } from './settledStanding.ts';

export interface ConsiderInput {
  readonly pipeline: string;
  /** Where the look is kept: `lookKey`. */
  readonly look: string;
  readonly replay?: Replay;
}

/** Throws `storage.missing` where no look was taken then. */
export async function considered(ports: Ports, input: ConsiderInput): Promise<RetrainDecision> {
  const { pipeline, replay } = input;
  const plan = knownPlan(ports, pipeline);
  const planId = await keepPlan(ports.store, plan);
  const look = await requireJson<Look>(ports.store, input.look);
  if (plan.retrain.every(({ kind }) => kind === 'every' || kind === 'after')) return notAsked(look, planId, replay);
  const standing = await settledStanding(await retrainStanding(ports.store, pipeline), null);
  const nowMs = Date.parse(look.at);
  const seen = await seenHour(ports, plan, planId, { standing, nowMs, ...(replay && { replay }) });
  const champion = await championNow(ports, pipeline);
  const trigger = askedByLook(plan, { look, champion, newHours: seen.newHours });
  if (trigger === null) return notAsked(look, planId, replay);
  const asked = { ...seen, trigger, nowMs, ...(replay && { replay }) };
  const evidence = await retrainEvidence(ports, plan, planId, asked);
  const decision = decideRetrain(evidence(standing), plan.retraining);
  return decision.outcome === 'run' ? decision : keepDecision(ports.store, decision, 'look');
}

interface SeenHour extends Pick<ResolvedHour, 'asOf'> {
  readonly newLabels: number | null;
  readonly nothingNew: string | null;
  /** Whole hours that the last run did not see; null: not known. */
  readonly newHours: number | null;
}

interface Now {
  readonly standing: RetrainStanding;
  readonly nowMs: number;
  readonly replay?: Replay;
}

/** The hour that a run would stand at. */
async function seenHour(ports: Ports, plan: Plan, planId: string, now: Now): Promise<SeenHour> {
  const { standing, nowMs, replay } = now;
  const resolved = await hourSeen(ports, plan, planId, now);
  if (resolved === null) return { asOf: latestHour(nowMs, replay), nothingNew: null, newLabels: null, newHours: null };
  const { asOf, skip, newLabels = null, hours = null } = resolved;
  const before = lastTrained(standing);
  const newHours = before === null ? hours : Math.max(0, (hourStart(asOf) - hourStart(before)) / hourMs);
  return { asOf, nothingNew: skip, newLabels, newHours };
}

/** Null where there is much to read first, or the source cannot be read: the run will do the one and tell of the other. */
async function hourSeen(
  ports: Ports,
  plan: Plan,
  planId: string,
  { nowMs, replay }: Now,
): Promise<ResolvedHour | null> {
  const input = { pipeline: plan.pipeline, ...(replay && { replay }) };
  try {
    const resolved = await resolvedHour(ports, plan, planId, { input, nowMs });
    return isOpened(resolved) ? null : resolved;
  } catch (error) {
    if (!(error instanceof WhetError)) throw error;
    return null;
  }
}

async function championNow({ store }: Ports, pipeline: string): Promise<Looked['champion']> {
  const version = (await headOf(store, pipeline))?.aliases.champion;
  if (version === undefined) return null;
  const { scorecard } = await findVersion(store, pipeline, version);
  return { version, metrics: (await getObjectJson<Scorecard>(store, scorecard)).metrics };
}

/** The look tells that nothing was found: no decision was to be made, and none is kept. */
function notAsked({ pipeline, at }: Look, plan: string, replay: Replay | undefined): RetrainDecision {
  const clock = new Date(retrainClockMs(Date.parse(at), replay)).toISOString();
  const ruling = { outcome: 'skipped', reason: 'not asked for', text: 'skipped: nothing asks for a run' } as const;
  return { format: 1, pipeline, at, clock, trigger: null, ...ruling, numbers: null, plan, asOf: null };
}

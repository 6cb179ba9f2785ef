import { activityInfo, log } from '@temporalio/activity';
import { WhetError } from '../core/errors.ts';
import { lateRun } from '../core/lateRun.ts';
import { type Look, type LookOutcome, type MonitorFinding, outcomeOf } from '../core/look.ts';
import type { Plan } from '../core/plan.ts';
import { type Replay, sourceTimeMs } from '../core/retrainInput.ts';
import { unwatched } from '../core/watchPlan.ts';
import type { DataPorts } from '../datasets/dataPorts.ts';
import { indexSource } from '../datasets/sources/indexSource.ts';
import { gatherLabels } from '../monitoring/gatherLabels.ts';
import { lookAt } from '../monitoring/lookAt.ts';
import { openLookContext } from '../monitoring/openLookContext.ts';
import { unjudged } from '../monitoring/unjudged.ts';
import { keepLook, lookTaken } from '../registry/looks.ts';
import { retrainStanding } from '../registry/retrainings.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { keepPlan } from './planOf.ts';
import type { Ports } from './ports.ts';
import { knownPlan } from './resolve.ts';
import { settledStanding } from './settledStanding.ts';
import { whileBeating } from './whileBeating.ts';

export interface LookInput {
  readonly pipeline: string;
  /** What came before it is judged, milliseconds UTC. */
  readonly atMs: number;
  /** For data of the past: what hour it is there. */
  readonly replay?: Replay;
}

/** Looks at a pipeline: gathers labels, asks each monitor, and writes what they found once, however often it is tried. */
export function createLookActivities(ports: Ports) {
  // The statements of a run may take minutes, and those of a look must not wait for them.
  const { database } = ports;
  const beside = { ...ports, database: { ...database, run: database.runBeside, rows: database.rowsBeside } };
  return {
    async look({ pipeline, atMs, replay }: LookInput): Promise<LookOutcome> {
      const plan = knownPlan(ports, pipeline);
      const at = new Date(atMs).toISOString();
      const taken = await lookTaken(ports.store, pipeline, at);
      if (taken !== undefined) return outcomeOf(taken);
      const mayPass = activityInfo().attempt < attempts;
      const times = { atMs, sourceNowMs: sourceTimeMs(atMs, replay) };
      const look = await whileBeating(() => takeLook(beside, plan, times, mayPass));
      return outcomeOf(await keepLook(ports.store, look));
    },
  };
}

type LookPorts = DataPorts & Pick<Ports, 'measures'>;

interface Times {
  readonly atMs: number;
  readonly sourceNowMs: number;
}

/** What may pass by itself is waited for in so many attempts; then the look says what there is to say. */
const attempts = 3;

async function takeLook(ports: LookPorts, plan: Plan, times: Times, mayPass: boolean): Promise<Look> {
  const found = await whatIsSeen(ports, plan, times, mayPass).catch((error: unknown) => {
    const { monitors } = plan.watch ?? unwatched;
    if (monitors.length === 0 || (mayPass && !(error instanceof WhetError))) throw error;
    const findings = monitors.map((monitor) => unjudged(monitor, times.atMs, error, mayPass));
    log.warn(`What ${plan.pipeline} is judged by could not be read. ${error}`);
    return { champion: null, findings };
  });
  const at = new Date(times.atMs).toISOString();
  return { format: 1, pipeline: plan.pipeline, at, plan: await keepPlan(ports.store, plan), ...found };
}

type Seen = Pick<Look, 'champion' | 'findings'>;

async function whatIsSeen(ports: LookPorts, plan: Plan, times: Times, mayPass: boolean): Promise<Seen> {
  const sourceNewestMs = await newestOf(ports, plan, times);
  const { hours } = await gatherLabels(ports, sourceNewestMs === null ? withoutSource(plan) : plan, times);
  const seen = await openLookContext(ports, plan, { ...times, sourceNewestMs }, hours);
  const context = { ...seen, measures: ports.measures?.get(plan.pipeline) };
  const judged = await lookAt(context, plan.watch ?? unwatched, mayPass);
  const findings = [...judged, ...(await hangingRun(ports.store, plan, times.atMs))];
  const { routing } = context;
  const champion =
    routing === null || routing.version === null ? null : { version: routing.version, epoch: routing.epoch };
  return { champion, findings };
}

/** A run that has taken more time than any may, where Temporal does not say that it is over. */
async function hangingRun(store: ObjectStore, plan: Plan, atMs: number): Promise<MonitorFinding[]> {
  const standing = await retrainStanding(store, plan.pipeline);
  const late = standing.underway && lateRun(standing.underway, atMs, plan.retraining);
  if (late === null) return [];
  return (await settledStanding(standing, null)).underway === null ? [] : [late];
}

/**
 * The newest event time that the source has come to. One that cannot be read has none, which its cadence tells; all else
 * is looked at none the less.
 */
async function newestOf(ports: DataPorts, { contract }: Plan, { sourceNowMs }: Times): Promise<number | null> {
  try {
    return Math.min((await indexSource(ports, contract)).newestMs, sourceNowMs);
  } catch (error) {
    if (!(error instanceof WhetError)) throw error;
    log.warn(`The source of ${contract.id} could not be read. ${error.message}`);
    return null;
  }
}

function withoutSource(plan: Plan): Plan {
  const { labels: _, ...watch } = plan.watch ?? unwatched;
  return { ...plan, watch };
}

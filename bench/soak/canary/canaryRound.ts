import { setTimeout as pause } from 'node:timers/promises';
import type { LedgerEntry } from '../../../core/ledger.ts';
import { eventText } from '../../../core/ledgerText.ts';
import type { Plan } from '../../../core/plan.ts';
import type { ReleaseCandidate, ReleaseState } from '../../../core/releaseMessages.ts';
import { type RolloutPlan, usualAnalysis } from '../../../core/rolloutPlan.ts';
import type { RoutedVersion } from '../../../core/routing.ts';
import { pipelineQueue } from '../../../core/taskQueues.ts';
import { readLedger } from '../../../registry/ledger.ts';
import type { ObjectStore } from '../../../storage/objectStore.ts';
import { createJson } from '../../../storage/objects.ts';
import { putVersion } from '../../../test/serving/fixture.ts';
import { callersDistance, type Fault } from './canaryFault.ts';
import { isAnswered, type Load, startLoad } from './canaryLoad.ts';
import type { CanaryServers, CanaryStage } from './openCanaryStage.ts';

/** What is wrong with the newcomer, and what is to come of it. */
export interface CanaryScenario {
  readonly name: 'healthy' | 'errors' | 'shifted' | 'quiet';
  readonly outcome: 'live' | 'failed' | 'inconclusive';
  readonly rollout: RolloutPlan;
  readonly connections: number;
  readonly pauseMs: number;
  /** Of its requests. */
  readonly errors: number;
  /** Added to the logit of each of its scores. */
  readonly shift: number;
  /** Kills the pipeline worker once the first step has begun. */
  readonly killsWorker: boolean;
}

export interface CanaryRound {
  readonly name: CanaryScenario['name'];
  readonly outcome: string;
  readonly why: string;
  /** The ledger, in words. */
  readonly story: readonly string[];
  readonly requests: number;
  /** Of callers. */
  readonly failures: number;
  /** Refused with 503, to be asked again: the machine does more than serving. */
  readonly shed: number;
  readonly byVersion: Readonly<Record<number, number>>;
  /** From the newcomer's first failure, or first answer where none was injected, to its last answer; null where it is live. */
  readonly secondsToBack: number | null;
  readonly requestsASecond: number;
  readonly violations: readonly string[];
}

/** What serving processes are to do wrong in a scenario. */
export async function faultOf({ store }: CanaryStage, scenario: CanaryScenario): Promise<Fault> {
  return { package: (await newcomerOf(store, scenario)).package, share: scenario.errors };
}

/** Releases a first version, and then a second one under load; ends when that is decided. */
export async function canaryRound(
  stage: CanaryStage,
  scenario: CanaryScenario,
  servers: CanaryServers,
): Promise<CanaryRound> {
  const pipeline = pipelineOf(scenario);
  const planId = await keptPlan(stage, pipeline, scenario.rollout);
  const newcomer = await newcomerOf(stage.store, scenario);
  await submitted(stage, pipeline, await putVersion(stage.store, firstBias, pipeline), planId, '2001-03-15T12');
  await settled(stage, pipeline, 1);
  const path = `/predict/${pipeline}`;
  await Promise.all(servers.urls.map((url) => until(() => isAnswered(`${url}${path}`, someRow()))));
  const began = Date.now();
  const load = startLoad({ ...scenario, path, urls: servers.urls, body: someRow });
  await submitted(stage, pipeline, newcomer, planId, '2001-03-15T13');
  if (scenario.killsWorker) {
    await until(async () =>
      (await readLedger(stage.store, pipeline)).some(({ event }) => event.kind === 'traffic changed'),
    );
    await stage.killWorker();
  }
  const state = await settled(stage, pipeline, 2);
  const last = Date.now();
  await pause(500);
  await load.end();
  return roundOf(scenario, await readLedger(stage.store, pipeline), state, load, {
    firstFault: servers.firstFault(),
    seconds: (last - began) / 1_000,
  });
}

function roundOf(
  scenario: CanaryScenario,
  ledger: readonly LedgerEntry[],
  { last }: ReleaseState,
  { seen }: Load,
  { firstFault, seconds }: { firstFault: number | undefined; seconds: number },
): CanaryRound {
  const changed = ledger.find(({ event }) => event.kind === 'traffic changed');
  const from = firstFault ?? Date.parse(changed?.at ?? '');
  // The newcomer answers a share of the requests until all serving processes have the routing without it.
  const until = seen.lastAt[2] ?? from;
  const isLive = last?.outcome === 'live';
  const round = {
    name: scenario.name,
    outcome: last?.outcome ?? 'none',
    why: last?.why ?? '',
    story: ledger.map(({ event, who, why }) => `${eventText(event)}, ${who}: ${why}`),
    requests: seen.answers,
    failures: seen.failures,
    shed: seen.shed,
    byVersion: seen.byVersion,
    secondsToBack: isLive ? null : (until - from) / 1_000,
    requestsASecond: seen.answers / seconds,
  };
  return { ...round, violations: violationsOf(round, scenario, ledger, seen.firstFailure) };
}

function violationsOf(
  round: Omit<CanaryRound, 'violations'>,
  scenario: CanaryScenario,
  ledger: readonly LedgerEntry[],
  firstFailure: string,
): string[] {
  const answers = ledger.at(-1)?.routing;
  const wanted = scenario.outcome === 'live' ? 2 : 1;
  return [
    round.outcome === scenario.outcome ? '' : `expected ${scenario.outcome}, but came ${round.outcome}: ${round.why}`,
    answers?.version === wanted && answers.traffic === undefined ? '' : `routing ${JSON.stringify(answers)}`,
    round.failures === 0 ? '' : `${round.failures} callers saw a failure, the first: ${firstFailure}`,
  ].filter((what) => what !== '');
}

/** The fixture's number of a version is ten times the bias of its network. */
const [firstBias, healthyBias] = [1, 1.2];

function newcomerOf(store: ObjectStore, scenario: CanaryScenario): Promise<RoutedVersion> {
  return putVersion(store, healthyBias + 10 * scenario.shift, pipelineOf(scenario));
}

function pipelineOf({ name }: CanaryScenario): string {
  return `canary-${name}`;
}

async function keptPlan({ store }: CanaryStage, pipeline: string, rollout: RolloutPlan): Promise<string> {
  // A release reads nothing else of a plan; no label comes back here.
  const joined = { contract: { eventTime: 'date' }, label: { settlesWithinMs: 0 } };
  const plan = { pipeline, rollout, ...joined } as unknown as Plan;
  await createJson(store, `plans/${pipeline}.json`, plan);
  return pipeline;
}

async function submitted(
  { client }: CanaryStage,
  pipeline: string,
  { package: id, digest }: RoutedVersion,
  plan: string,
  asOf: string,
): Promise<void> {
  const verdict = { outcome: 'passed', passed: true, reasons: [] } as const;
  const candidate: ReleaseCandidate = {
    ...{ package: id, digest, asOf, plan, scorecard: 'none', verdict, run: `${pipeline}/${asOf}/1` },
  };
  const workflowId = `release/${pipeline}`;
  const handle = await client.workflow.start('release', {
    ...{ workflowId, taskQueue: pipelineQueue, args: [{ pipeline }], workflowIdConflictPolicy: 'USE_EXISTING' },
  });
  await handle.executeUpdate('submit', { args: [{ pipeline, candidate }] });
}

async function settled({ client }: CanaryStage, pipeline: string, version: number): Promise<ReleaseState> {
  const handle = client.workflow.getHandle(`release/${pipeline}`);
  let state: ReleaseState | undefined;
  await until(async () => {
    // A worker that was killed answers no questions until there is another.
    state = await handle.query<ReleaseState>('state').catch(() => undefined);
    return state?.underway === null && state.last?.version === version;
  });
  return state as ReleaseState;
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await pause(50);
}

/** Rows whose scores spread as the fixture's network lets them. */
function someRow(): string {
  const hour = String(Math.floor(Math.random() * 24)).padStart(2, '0');
  const origin = Math.random() < 0.5 ? 'ORD' : 'LAX';
  return JSON.stringify({ date: `2001-03-15T${hour}:30:00Z`, destination: 'JFK', distance: callersDistance, origin });
}

/** Of all scenarios: `weight` of the requests in a canary of so long, which then waits for so long. */
export function scenariosOf(weight: number, forMs: number, waitMs: number): CanaryScenario[] {
  const quiet = { ...usualAnalysis, waitMs };
  const rollout = { parity: true, shadowMs: 0, canary: [{ weight, forMs }], analysis: { ...quiet, waitMs: 60_000 } };
  const busy = { connections: 4, pauseMs: 0, errors: 0, shift: 0, killsWorker: false };
  const longest = { ...rollout, canary: [{ weight, forMs: 10 * forMs }] };
  return [
    {
      ...busy,
      name: 'healthy',
      outcome: 'live',
      rollout: { ...rollout, shadowMs: forMs, holdMs: forMs },
      killsWorker: true,
    },
    { ...busy, name: 'errors', outcome: 'failed', rollout: longest, errors: 0.03 },
    { ...busy, name: 'shifted', outcome: 'failed', rollout: longest, shift: 0.8 },
    {
      ...busy,
      name: 'quiet',
      outcome: 'inconclusive',
      rollout: { ...rollout, analysis: quiet },
      connections: 1,
      pauseMs: 100,
    },
  ];
}

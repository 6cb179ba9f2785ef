import { setTimeout as pause } from 'node:timers/promises';
import { runRecords } from '../activities/runRecords.ts';
import type { ModelPackage } from '../core/modelPackage.ts';
import type { Plan } from '../core/plan.ts';
import { liveLeases } from '../core/rolloutRules.ts';
import type { RunRecord } from '../core/run.ts';
import { hourOf, hourStart } from '../core/time.ts';
import { headOf } from '../registry/ledger.ts';
import { servingLeases } from '../registry/servingLeases.ts';
import { findVersion } from '../registry/versions.ts';
import { asJson } from '../serving/rowShape.ts';
import { digestOfValue } from '../storage/digest.ts';
import { getObjectJson } from '../storage/objects.ts';
import { isAddress } from '../storage/openStore.ts';
import { loadCatalogue } from './catalogue.ts';
import { type Report, type RunningEngine, startEngine } from './engine.ts';
import { requireNoEngine } from './engineFile.ts';
import { freePort, requireFreePort } from './freePort.ts';
import { checkReplay, type ReplayOptions, replayOf } from './replayOf.ts';
import { resumeReleases } from './resumeReleases.ts';
import { retrainNow } from './retrainNow.ts';
import { reconcileSchedules } from './schedules.ts';
import type { Workplace } from './workplace.ts';

export interface UpOptions extends ReplayOptions {
  readonly workplace: Workplace;
  readonly ports: { readonly temporal: number; readonly ui: number; readonly serving: number };
  readonly servingProcesses: number;
  readonly report: Report;
  /** Is handed the engine as soon as it runs, so that it can be stopped while the first retraining goes on. */
  readonly onEngine?: (engine: RunningEngine) => void;
}

export interface Up {
  readonly engine: RunningEngine;
  readonly pipelines: readonly string[];
  /** What the retraining at the start gave, if one was asked for. */
  readonly record: RunRecord | undefined;
}

/** The whole engine in one process tree: Temporal, workers, serving and schedules; and a first retraining if asked for. */
export async function up(options: UpOptions): Promise<Up> {
  const { workplace, ports, report } = options;
  checkReplay(options);
  const plans = await loadCatalogue(workplace.folder);
  report(`pipelines: ${[...plans.keys()].join(', ') || 'none yet; write one in pipelines/'}`);
  // Chosen once, so that a serving process that is started again answers where it did.
  const servingPort = ports.serving === 0 ? await freePort() : ports.serving;
  await requireNoEngine(workplace.state);
  if (ports.serving !== 0) await requireFreePort(servingPort, 'serving');
  if (isAddress(workplace.storeLocation)) report(`store: ${workplace.storeLocation}`);
  const engine = await startEngine({
    workplace,
    roles: ['pipeline', 'trainer', 'serving'],
    port: ports.temporal,
    uiPort: ports.ui,
    report,
    onLine: report,
    argumentsOf: (role) =>
      role === 'serving' ? ['--port', `${servingPort}`, '--processes', `${options.servingProcesses}`] : [],
  });
  options.onEngine?.(engine);
  try {
    if (engine.uiUrl !== null) report(`Temporal's Web UI: ${engine.uiUrl}`);
    const record = await Promise.race([firstRetraining(options, engine, plans), engine.givenUp]);
    const resumed = await resumeReleases(engine.client, workplace.store, plans.keys());
    if (resumed.length > 0) report(`releases that go on: ${resumed.join(', ')}`);
    const schedules = await reconcileSchedules(engine.client, plans, await replayOf(workplace.store, options));
    report(`schedules: ${schedules.join(', ') || 'none'}`);
    return { engine, pipelines: [...plans.keys()], record };
  } catch (error) {
    await engine.stop();
    throw error;
  }
}

/** Retrains at once, unless that hour was judged before under the plan as it is: then its result is still good. */
async function firstRetraining(
  { workplace, retrain, report }: UpOptions,
  { client }: RunningEngine,
  plans: ReadonlyMap<string, Plan>,
): Promise<RunRecord | undefined> {
  if (retrain === undefined) return undefined;
  const judged = await judgedBefore(workplace, retrain, plans.get(retrain.pipeline));
  if (judged === undefined) return retrainNow({ client, store: workplace.store, input: retrain, report });
  report(`${judged.run} was ${judged.status} before; nothing to do again`);
  return judged;
}

async function judgedBefore(
  workplace: Workplace,
  { pipeline, asOf }: NonNullable<UpOptions['retrain']>,
  plan: Plan | undefined,
): Promise<RunRecord | undefined> {
  if (plan === undefined || asOf === undefined) return undefined;
  const planId = digestOfValue(plan);
  const records = await runRecords(workplace.store, pipeline, hourOf(hourStart(asOf)));
  return records.findLast((record) => record.plan === planId && record.status === 'judged');
}

/** Where a live serving process answers for a pipeline; waits for one until `waitMs` are over. */
export async function servingUrl(workplace: Workplace, pipeline: string, waitMs = 30_000): Promise<string | undefined> {
  const until = performance.now() + waitMs;
  while (performance.now() < until) {
    const version = (await headOf(workplace.store, pipeline))?.routing.version;
    const live = liveLeases(await servingLeases(workplace.store, pipeline), Date.now());
    const ready = live.find((lease) => typeof version === 'number' && lease.prepared.includes(version));
    if (ready !== undefined) return ready.url;
    await pause(100);
  }
  return undefined;
}

/** A request that the champion answers: one of its golden rows, dates as ISO text. */
export async function exampleRequest(workplace: Workplace, pipeline: string, url: string): Promise<string> {
  const { package: id } = await findVersion(workplace.store, pipeline, 'champion');
  const { golden, inputs } = await getObjectJson<ModelPackage>(workplace.store, id);
  const row = inputs.map((column) => [column.name, asJson(column, golden.columns[column.name]?.[0])]);
  return `curl -s ${url}/predict/${pipeline} -d '${JSON.stringify(Object.fromEntries(row))}'`;
}

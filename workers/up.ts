import { setTimeout as pause } from 'node:timers/promises';
import type { ModelPackage } from '../core/modelPackage.ts';
import type { Replay } from '../core/retrainInput.ts';
import { liveLeases } from '../core/rolloutRules.ts';
import type { ServingLease } from '../core/routing.ts';
import type { RunRecord } from '../core/run.ts';
import { durationMs, hourOf, hourStart } from '../core/time.ts';
import { runRecords } from '../activities/runRecords.ts';
import { headOf } from '../registry/ledger.ts';
import { findVersion } from '../registry/versions.ts';
import { digestOfValue } from '../storage/digest.ts';
import { getObjectJson, readJson } from '../storage/objects.ts';
import { loadCatalogue } from './catalogue.ts';
import { type Report, type RunningEngine, startEngine } from './engine.ts';
import { retrainNow } from './retrainNow.ts';
import { reconcileSchedules } from './schedules.ts';
import type { Workplace } from './workplace.ts';

export interface UpOptions {
  readonly workplace: Workplace;
  readonly ports: { readonly temporal: number; readonly ui: number; readonly serving: number };
  /** A pipeline to retrain at once, and the hour to do it at. */
  readonly retrain?: { readonly pipeline: string; readonly asOf?: string };
  /** Let the source's past pass again from that hour on: an hour for each of these durations. */
  readonly replayEvery?: string;
  readonly report: Report;
}

export interface Up {
  readonly engine: RunningEngine;
  /** What the retraining at the start gave, if one was asked for. */
  readonly record: RunRecord | undefined;
}

/** The whole engine in one process tree: Temporal, workers, serving and schedules; and a first retraining if asked for. */
export async function up(options: UpOptions): Promise<Up> {
  const { workplace, ports, report } = options;
  const plans = await loadCatalogue(workplace.folder);
  report(`pipelines: ${[...plans.keys()].join(', ') || 'none yet; write one in pipelines/'}`);
  const engine = await startEngine({
    workplace,
    roles: ['pipeline', 'trainer', 'serving'],
    port: ports.temporal,
    uiPort: ports.ui,
    report,
    onLine: report,
    argumentsOf: (role) => (role === 'serving' ? ['--port', `${ports.serving}`] : []),
  });
  try {
    if (engine.uiUrl !== null) report(`Temporal's Web UI: ${engine.uiUrl}`);
    const record = await firstRetraining(options, engine);
    const schedules = await reconcileSchedules(engine.client, plans, await replayOf(options));
    report(`schedules: ${schedules.join(', ') || 'none'}`);
    return { engine, record };
  } catch (error) {
    await engine.stop();
    throw error;
  }
}

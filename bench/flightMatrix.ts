import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plan } from '../core/plan.ts';
import { hourMs, hourStart } from '../core/time.ts';
import { runWindow } from '../core/window.ts';
import { openDatabase } from '../datasets/database.ts';
import { validatePartitions } from '../datasets/partitions/validatePartitions.ts';
import { freezeSnapshot } from '../datasets/snapshots/freezeSnapshot.ts';
import { indexSource } from '../datasets/sources/indexSource.ts';
import { buildFeatureMatrix } from '../features/featureStage.ts';
import { loadTrainingData, type TrainingData } from '../models/trainingData.ts';
import { localDisk } from '../storage/localDisk.ts';
import { putObjectJson } from '../storage/objects.ts';
import { loadCatalogue } from '../workers/catalogue.ts';

const root = join(import.meta.dirname, '..');

/** The plan of the demo's flights. */
export async function flightPlan(): Promise<Plan> {
  const plan = (await loadCatalogue(root)).get('flight-delays');
  if (plan === undefined) throw new Error('pipelines/flight-delays.ts is not there');
  return plan;
}

/** The features of a few days of flights as trials load them, made by the data stages in a store that is then removed. */
export async function flightTrainingData(days: number): Promise<TrainingData> {
  const plan = await flightPlan();
  const fewDays: Plan = { ...plan, window: { ...plan.window, trainMs: days * 24 * hourMs } };
  const scratch = await mkdtemp(join(tmpdir(), 'whet-bench-'));
  const database = await openDatabase({
    threads: availableParallelism(),
    memoryLimitMb: 2_048,
    temporaryFolder: scratch,
  });
  try {
    const ports = { store: localDisk(join(scratch, 'store')), database, folder: root };
    const window = runWindow(fewDays, hourStart('2001-03-15T12'));
    const index = await indexSource(ports, plan.contract);
    const { parts } = await validatePartitions(ports, plan.contract, index, window.all, undefined);
    const snapshot = await freezeSnapshot(ports.store, plan.contract, parts);
    const matrix = await buildFeatureMatrix(ports, fewDays, snapshot, window);
    return await loadTrainingData(ports.store, await putObjectJson(ports.store, matrix));
  } finally {
    database.close();
    await rm(scratch, { recursive: true });
  }
}

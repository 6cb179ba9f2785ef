import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HourTable } from '../../core/matrix.ts';
import type { ModelPackage } from '../../core/modelPackage.ts';
import { hourMs, hourStart } from '../../core/time.ts';
import { runWindow } from '../../core/window.ts';
import { buildTables } from '../../features/buildTables.ts';
import { buildFeatureMatrix } from '../../features/featureStage.ts';
import { encodeWeights } from '../../models/learners/weights.ts';
import { packageModel } from '../../models/packageModel.ts';
import { refreshPackage } from '../../models/refreshPackage.ts';
import { scorerColumns } from '../../models/scorers/goldenRows.ts';
import { loadPackage } from '../../models/scorers/loadPackage.ts';
import { getObjectJson, putObject, putObjectJson } from '../../storage/objects.ts';
import { flightPlan } from './flightPlan.ts';
import { flightSnapshot, type TemporaryPorts, temporaryPorts } from './flightSnapshot.ts';
import { candidates, randomWeights } from './randomWeights.ts';

const asOf = hourStart('2001-03-15T12');
const window = runWindow(flightPlan, asOf);
const later = runWindow(flightPlan, asOf + 3 * hourMs);

describe('refreshPackage', () => {
  let ports: TemporaryPorts;
  let snapshot: Parameters<typeof refreshPackage>[1]['snapshot'];
  let trained: { id: string; package: ModelPackage };
  beforeAll(async () => {
    ports = await temporaryPorts();
    snapshot = await flightSnapshot(ports, [...new Set([...window.all, ...later.all])].sort());
    trained = await trainedPackage();
  });
  afterAll(() => ports.remove());

  test('has the tables of its hour and the weights of before, byte for byte, and what it answers is proven', async () => {
    const made = await refreshed(trained.id, later, { of: 1, weights: 1 });
    const { table, golden, model, lineage, asOf: hour, ...same } = made.package;
    const { table: _table, golden: _golden, model: _model, lineage: before, asOf: _asOf, ...all } = trained.package;
    expect(same).toEqual(all);
    expect(hour).toBe('2001-03-15T15');
    expect(lineage).toEqual({
      ...before,
      refresh: { of: 1, weights: 1, package: trained.id, snapshot: snapshot.id },
    });
    const counted = (await buildTables(ports, flightPlan, snapshot, [hour])).get(hour);
    expect(await getObjectJson<HourTable>(ports.store, table)).toEqual(
      await getObjectJson<HourTable>(ports.store, counted?.object ?? ''),
    );
    expect([table === _table, model.digest === _model.digest]).toEqual([false, false]);
    const { scorer } = await loadPackage(ports.store, made.id);
    const scores = await scorer.score({ rows: golden.scores.length, columns: scorerColumns(golden.columns) });
    expect(Array.from(scores)).toEqual(golden.scores);
    await scorer.release();
  });

  test('is none where the tables are the same, and with the first tables again is the first model again', async () => {
    expect(await refreshPackage(ports, { ...inputOf(trained.id, window), refresh: { of: 1, weights: 1 } })).toBeNull();
    const there = await refreshed(trained.id, later, { of: 1, weights: 1 });
    const back = await refreshed(there.id, window, { of: 2, weights: 1 });
    expect(back.package).toEqual({ ...trained.package, lineage: back.package.lineage });
  });

  async function refreshed(id: string, to: typeof window, refresh: { of: number; weights: number }) {
    const made = await refreshPackage(ports, { ...inputOf(id, to), refresh });
    if (made === null) throw new Error('expected other tables');
    return made;
  }

  function inputOf(id: string, to: typeof window) {
    return { plan: flightPlan, snapshot, window: to, package: id };
  }

  async function trainedPackage() {
    const [, candidate = candidates[0]] = candidates;
    if (candidate === undefined) throw new Error('no candidate');
    const matrix = await buildFeatureMatrix(ports, flightPlan, snapshot, window);
    const weights = await putObject(ports.store, encodeWeights(randomWeights(matrix.encoders, candidate)));
    const counts = { epochs: 0, steps: 0, rowsTrained: 0, seconds: 0 };
    const trial = { key: 'trial', candidate, ...counts, backend: 'none', validation: null, weights };
    const id = await putObjectJson(ports.store, matrix);
    return packageModel(ports, { plan: flightPlan, planId: 'plan', snapshot, matrix: id, window, trial });
  }
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ModelPackage } from '../../core/modelPackage.ts';
import { encodeModel } from '../../models/onnx/encodeModel.ts';
import { scorerColumns } from '../../models/scorers/goldenRows.ts';
import { loadPackage, proveReference } from '../../models/scorers/loadPackage.ts';
import type { Scorer } from '../../models/scorers/scorer.ts';
import { localDisk } from '../../storage/localDisk.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { objectKey, putObject, putObjectJson } from '../../storage/objects.ts';
import { columnsGraph } from './columnsGraph.ts';

describe('loadPackage', () => {
  let folder: string;
  let store: ObjectStore;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'whet-package-'));
    store = localDisk(folder);
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('opens the model after its golden rows matched', async () => {
    const { id, made } = await storedPackage(store, [4.75, 0]);
    const loaded = await loadPackage(store, id);
    expect(loaded.package).toEqual(made);
    expect(await loaded.scorer.score({ rows: 2, columns: scorerColumns(made.golden.columns) })).toEqual(
      Float32Array.of(4.75, 0),
    );
    await loaded.scorer.release();
  });

  test('refuses a model that scores a golden row otherwise, naming the row', async () => {
    const { id } = await storedPackage(store, [4.75, 0.001]);
    await expect(loadPackage(store, id)).rejects.toThrow(
      'expected the score 0.001 for golden row 1, {"at":1,"late":false,"miles":-1.125,"origin":"?"}, but came 0 (',
    );
  });

  test('refuses a model for which a row alone is another than beside its neighbours', async () => {
    const scorer: Scorer = {
      kind: 'onnxruntime',
      inputs: [],
      score: async ({ rows }) => new Float32Array(rows).fill(rows === 1 ? 0.3 : 0.25),
      release: async () => {},
    };
    const golden = { columns: { at: [1, 2] }, scores: [0.25, 0.25] };
    await expect(proveReference(scorer, { golden, threshold: 0.5 })).rejects.toThrow(
      'expected the score 0.25 for golden row 0, {"at":1}, but came 0.3',
    );
  });

  test('refuses bytes that are not those of the digest', async () => {
    const { id, made } = await storedPackage(store, [4.75, 0]);
    await writeFile(join(folder, objectKey(made.model.digest)), 'other');
    await expect(loadPackage(store, id)).rejects.toThrow('storage.damaged');
  });

  test('refuses an object that is no package of this format', async () => {
    const id = await putObjectJson(store, { format: 2 });
    await expect(loadPackage(store, id)).rejects.toThrow('a model package of format 1, but came format 2 in objects/');
  });

  test('says so when there is no such package', async () => {
    await expect(loadPackage(store, 'a'.repeat(64))).rejects.toThrow('storage.missing');
  });
});

async function storedPackage(store: ObjectStore, scores: number[]): Promise<{ id: string; made: ModelPackage }> {
  const bytes = encodeModel(columnsGraph);
  const model = { digest: await putObject(store, bytes), bytes: bytes.byteLength };
  const made: ModelPackage = {
    format: 1,
    pipeline: 'columns',
    plan: 'p',
    asOf: '2001-03-15T12',
    candidate: { learner: 'logistic', parameters: {} },
    model,
    network: model,
    inputs: [],
    encoders: { columns: { numeric: [], categories: [] }, scaling: [], vocabularies: [] },
    table: 't',
    threshold: 0.5,
    answer: { positive: 'late', negative: 'on time' },
    golden: {
      columns: { miles: [0.5, -1.125], at: [3, 1], late: [true, false], origin: ['ATL', '?'] },
      scores,
    },
    lineage: { snapshot: 's', matrix: 'm', trial: 't' },
  };
  return { id: await putObjectJson(store, made), made };
}

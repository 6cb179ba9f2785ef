import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FeatureMatrix, MatrixPart } from '../../core/matrix.ts';
import { decodeMatrixFile, encodeMatrixFile } from '../../features/matrixFile.ts';
import { requireBothClasses } from '../../models/bothClasses.ts';
import { localDisk } from '../../storage/localDisk.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { getObject, getObjectJson, putObject, putObjectJson } from '../../storage/objects.ts';
import { storeTrialMatrix } from './trialMatrix.ts';

let folder: string;
let store: ObjectStore;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whet-classes-'));
  store = localDisk(folder);
});
afterAll(() => rm(folder, { recursive: true }));

test.each([
  [0, 'no positive one among 1000 labelled rows of the hours 2001-03-14T00 to 2001-03-14T01'],
  [1, 'no negative one among 1000 labelled rows of the hours 2001-03-14T00 to 2001-03-14T01'],
])('validation rows that are all labelled %i are told with their hours', async (label, came) => {
  const matrix = await matrixWith((labels) => labels.fill(label));
  await expect(requireBothClasses(store, matrix, 'auc')).rejects.toThrow(`which auc has no value, but came ${came}`);
});

test('rows of both classes are none to blame; of a label that is not settled it is not known', async () => {
  const few = (labels: Uint8Array): Uint8Array => labels.fill(0, 1).fill(1, 0, 1);
  await requireBothClasses(store, await matrixWith(few), 'auc');
  const late = await matrixWith(few, Date.parse('2001-03-15T13:00:00Z'));
  await expect(requireBothClasses(store, late, 'auc')).rejects.toThrow(/no positive one among 999 labelled rows/);
});

/** A matrix whose validation rows have these labels, the first of them settled then, and an hour without rows behind it. */
async function matrixWith(change: (labels: Uint8Array) => Uint8Array, settlesMs = 0): Promise<string> {
  const matrix = await getObjectJson<FeatureMatrix>(store, await storeTrialMatrix(store, 500));
  const [part] = matrix.validate as [MatrixPart];
  const data = decodeMatrixFile(await getObject(store, part.object ?? ''));
  const rows = { ...data, labels: change(data.labels.slice()), settles: data.settles.slice().fill(settlesMs, 0, 1) };
  const object = await putObject(store, encodeMatrixFile(rows));
  const empty = { hour: '2001-03-14T01', key: 'none', object: null, rows: 0 };
  return putObjectJson(store, { ...matrix, validate: [{ ...part, object }, empty] });
}

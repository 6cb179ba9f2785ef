import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openBackend } from '../../models/backends/openBackend.ts';
import { runTrials, type TrialSession } from '../../models/runTrials.ts';
import { loadTrainingData } from '../../models/trainingData.ts';
import { localDisk } from '../../storage/localDisk.ts';
import { storeTrialMatrix, trialRequest } from './trialMatrix.ts';

const folder = mkdtempSync(join(tmpdir(), 'whet-full-'));
const isMounted = mounted();

afterAll(() => {
  if (isMounted) execFileSync('umount', [folder]);
  rmSync(folder, { recursive: true });
});

/** Only who may mount can fill a disk without filling the machine's. */
test.skipIf(!isMounted)(
  'on a full disk a trial fails for a retry by name, and goes on once there is room',
  async () => {
    const store = localDisk(folder);
    const requests = [trialRequest(await storeTrialMatrix(store, 1_000), { epochs: 40 })];
    const session: TrialSession = {
      ...{ nonce: 'first', pid: 1, clock: Date.now, folder, openBackend, checkpointEveryMs: 0 },
      loadData: (matrix) => loadTrainingData(store, matrix),
    };
    const { bavail, bsize } = statfsSync(folder);
    writeFileSync(join(folder, 'ballast'), new Uint8Array((bavail - 3) * bsize));
    await expect(runTrials(store, requests, session)).rejects.toMatchObject({ code: 'storage.full', outcome: 'retry' });
    expect(await readdir(join(folder, 'tmp'))).toEqual([]);
    rmSync(join(folder, 'ballast'));
    const [result] = await runTrials(store, requests, { ...session, nonce: 'second' });
    expect(result).toMatchObject({ steps: 40, validation: { auc: expect.any(Number) } });
  },
);

function mounted(): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

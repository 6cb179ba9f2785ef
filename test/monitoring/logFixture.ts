import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FeedbackLine } from '../../core/feedback.ts';
import { hourOf } from '../../core/time.ts';
import { openDatabase } from '../../datasets/database.ts';
import type { JoinPorts } from '../../monitoring/storedRows.ts';
import type { PredictionLine } from '../../serving/predictionLog.ts';
import { digestOf } from '../../storage/digest.ts';
import { localDisk } from '../../storage/localDisk.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';

export const pipeline = 'flight-delays';

/** A store and a database for one test. */
export async function openJoinPorts(): Promise<JoinPorts & { close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'whet-labels-'));
  const database = await openDatabase({ threads: 1, memoryLimitMb: 512, temporaryFolder: folder });
  const close = async () => {
    database.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { store: localDisk(join(folder, 'store')), database, close };
}

/** Lines as serving processes write them: a file for each hour. */
export async function writeLog(
  store: ObjectStore,
  log: 'predictions' | 'feedback',
  name: string,
  lines: readonly (PredictionLine | FeedbackLine)[],
): Promise<void> {
  const timeOf = (line: PredictionLine | FeedbackLine) => ('at' in line ? line.at : line.receivedAt);
  for (const [hour, own] of Map.groupBy(lines, (line) => hourOf(Date.parse(timeOf(line))))) {
    const bytes = Buffer.from(own.map((line) => `${JSON.stringify(line)}\n`).join(''));
    await store.create(`${log}/${pipeline}/${hour}/${name}.sha256=${digestOf(bytes)}.ndjson`, bytes);
  }
}

/** An answered row; what is not given is like any other. */
export function prediction(
  given: Partial<PredictionLine> & Pick<PredictionLine, 'predictionId' | 'at'>,
): PredictionLine {
  return {
    ...{ pipeline, version: 1, digest: 'd1', epoch: 1, variant: 'champion', reason: 'champion' },
    ...{ row: {}, score: 0.5, threshold: 0.5, answer: 'late' },
    ...given,
  };
}

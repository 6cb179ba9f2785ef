import { randomUUID } from 'node:crypto';
import { WhetError } from '../core/errors.ts';
import { localDisk } from '../storage/localDisk.ts';
import { openBackend } from './backends/openBackend.ts';
import { runTrial, type TrialSession } from './runTrial.ts';
import { loadTrainingData, type TrainingData } from './trainingData.ts';
import type { TrialError, TrialOrder, TrialReport } from './trialMessages.ts';

/*
 * The entry of a child process of the trial pool. It runs one trial after the other and ends as soon as the channel to
 * its parent closes, which the system does also when the parent is killed: no child outlives its parent.
 */
process.on('disconnect', () => process.exit(0));
if (!process.connected) process.exit(0);
// An interrupt at the terminal reaches the whole group; the parent decides when its children end.
process.on('SIGINT', () => {});

let last = Promise.resolve();
process.on('message', (order: TrialOrder) => {
  last = last.then(() => answer(order));
});

async function answer({ id, request, storeFolder, checkpointEveryMs }: TrialOrder): Promise<void> {
  const store = localDisk(storeFolder);
  const session: TrialSession = {
    nonce: randomUUID(),
    pid: process.pid,
    clock: Date.now,
    openBackend,
    loadData: (matrix) => warmData(storeFolder, matrix),
    checkpointEveryMs,
    onProgress: (steps, of) => report({ id, steps, of }),
  };
  try {
    report({ id, result: await runTrial(store, request, session) });
  } catch (error) {
    report({ id, error: plain(error) });
  }
}

let held: { readonly name: string; readonly data: TrainingData } | undefined;

/** The trials of a search share one matrix: the last one loaded is kept. */
async function warmData(storeFolder: string, matrix: string): Promise<TrainingData> {
  const name = `${storeFolder} ${matrix}`;
  if (held?.name === name) return held.data;
  held = undefined;
  const data = await loadTrainingData(localDisk(storeFolder), matrix);
  held = { name, data };
  return data;
}

/** A channel that no longer takes messages has no parent behind it. */
function report(message: TrialReport): void {
  process.send?.(message, undefined, undefined, (error) => error && process.exit(0));
}

function plain(error: unknown): TrialError {
  if (error instanceof WhetError) return { code: error.code, message: error.message, facts: error.facts };
  const came = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: 'trial.failed', message: came, facts: { expected: 'the trial to finish', came } };
}

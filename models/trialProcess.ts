import { randomUUID } from 'node:crypto';
import { WhetError } from '../core/errors.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { openStore } from '../storage/openStore.ts';
import { sparingStore } from '../storage/sparingStore.ts';
import { openBackend } from './backends/openBackend.ts';
import { runTrials, type TrialSession } from './runTrials.ts';
import { loadTrainingData, type TrainingData } from './trainingData.ts';
import type { TrialError, TrialOrder, TrialReport } from './trialMessages.ts';

/*
 * The entry of a child process of the trial pool. It trains one group of trials after the other and ends as soon as the channel
 * to its parent closes, which the system does also when the parent is killed: no child outlives its parent.
 */
process.on('disconnect', () => process.exit(0));
if (!process.connected) process.exit(0);
// An interrupt at the terminal reaches the whole group; the parent decides when its children end.
process.on('SIGINT', () => {});

process.on('message', (order: TrialOrder) => void answer(order));

let last: Promise<unknown> = Promise.resolve();
let underWay = 0;

/** Beside it the group before is written, and what the next one begins with is read. */
function alone<T>(work: () => Promise<T>): Promise<T> {
  const done = last.then(work);
  last = done.catch(() => {});
  return done;
}

async function answer({ id, requests, store: location, ...place }: TrialOrder): Promise<void> {
  const store = opened(location, place.cacheFolder);
  const session: TrialSession = {
    nonce: randomUUID(),
    pid: process.pid,
    clock: Date.now,
    openBackend,
    loadData: (matrix) => warmData(location, store, matrix),
    folder: place.folder,
    checkpointEveryMs: place.checkpointEveryMs,
    onProgress: (steps, of) => report({ id, steps, of }),
    onTrained: () => report({ id, trained: true }),
    alone,
    hasOthers: () => underWay > 1,
  };
  underWay += 1;
  try {
    report({ id, results: await runTrials(store, requests, session) });
  } catch (error) {
    report({ id, error: plain(error) });
  }
  underWay -= 1;
}

const stores = new Map<string, ObjectStore>();

/** A store elsewhere keeps its connections warm from one trial to the next. */
function opened(location: string, cacheFolder: string): ObjectStore {
  const store = stores.get(location) ?? sparingStore(openStore(location, cacheFolder), Date.now);
  stores.set(location, store);
  return store;
}

let held: { readonly name: string; readonly data: TrainingData } | undefined;

/** The trials of a search share one matrix: the last one loaded is kept. */
async function warmData(location: string, store: ObjectStore, matrix: string): Promise<TrainingData> {
  const name = `${location} ${matrix}`;
  if (held?.name === name) return held.data;
  // Not beside a training on other rows: both would not fit where one does.
  return alone(async () => {
    held = undefined;
    const data = await loadTrainingData(store, matrix);
    held = { name, data };
    return data;
  });
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

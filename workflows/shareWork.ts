import { proxyActivities } from '@temporalio/workflow';
import type { BatchActivities } from '../activities/activities.ts';
import { isOpened, type Opened, type OpenWork } from '../core/openWork.ts';
import { batch } from './activityOptions.ts';
import { catalogueFailure } from './refuse.ts';

/**
 * Batches that wait or are worked on: enough for dozens of workers, and few for the server, which holds each of them.
 */
const inFlight = 64;

const { readFiles, validateBatch, openInputs, scoreBatch } = proxyActivities<BatchActivities>(batch);

/**
 * Asks for an answer until it comes: as long as there is much to do for it first, all workers do that, batch by batch,
 * and it is asked for again with the lists that are done. Tells how long that took before the last question.
 */
export async function shareWork<T extends object>(
  ask: (done: readonly string[]) => Promise<T | Opened>,
  tell: (now: string) => void,
): Promise<{ answer: T; sharedSeconds: number }> {
  const startedAt = Date.now();
  const done: string[] = [];
  for (let sharedSeconds = 0; ; sharedSeconds = (Date.now() - startedAt) / 1_000) {
    const answer = await ask(done);
    if (!isOpened(answer)) return { answer, sharedSeconds };
    await everyBatch(answer.open, tell);
    done.push(answer.open.list);
  }
}

const kinds = {
  files: { work: readFiles, doing: 'reading' },
  partitions: { work: validateBatch, doing: 'validating' },
  inputs: { work: openInputs, doing: 'opening' },
  scores: { work: scoreBatch, doing: 'scoring' },
} as const;

async function everyBatch({ kind, list, batches, text }: OpenWork, tell: (now: string) => void): Promise<void> {
  const { work, doing } = kinds[kind];
  const told = `${doing} ${text}`;
  let [next, ended] = [0, 0];
  const hand = async (): Promise<void> => {
    while (next < batches) {
      const at = next++;
      const summary = `${told}: batch ${at + 1} of ${batches}`;
      await untilChanged(() => work.executeWithOptions({ summary }, [{ list, at }]));
      tell(`${told}: ${++ended} of ${batches} batches`);
    }
  };
  tell(`${told}: ${batches} batches`);
  await Promise.all(Array.from({ length: Math.min(inFlight, batches) }, hand));
}

/** A source that changed meanwhile ends no run: whoever is asked again looks at it as it is then. */
async function untilChanged(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (catalogueFailure(error)?.code !== 'source.changed') throw error;
  }
}

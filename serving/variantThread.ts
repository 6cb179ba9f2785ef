import { parentPort, workerData } from 'node:worker_threads';
import { WhetError } from '../core/errors.ts';
import { loadPackage } from '../models/scorers/loadPackage.ts';
import type { Scorer } from '../models/scorers/scorer.ts';
import { heldObjects } from './heldObjects.ts';
import type {
  ThreadCall,
  ThreadError,
  ThreadOrder,
  ThreadReport,
  ThreadResult,
  ThreadStart,
} from './threadMessages.ts';

/*
 * The entry of a thread that scores for one variant. It loads and checks its package, then scores what comes, in order.
 */
const { packageId, objects, files } = workerData as ThreadStart;
const report = (message: ThreadReport): void => parentPort?.postMessage(message);
try {
  const { package: made, scorer } = await loadPackage(heldObjects(objects, files), packageId);
  report({ ready: { package: made, kind: scorer.kind, inputs: scorer.inputs } });
  parentPort?.on('message', (order: ThreadOrder) => void follow(scorer, order));
} catch (error) {
  report({ refused: plain(error) });
}

/** Nobody sends more after `release`. */
async function follow(scorer: Scorer, order: ThreadOrder): Promise<void> {
  if (order !== 'release')
    return report({ results: await Promise.all(order.calls.map((call) => scored(scorer, call))) });
  await scorer.release();
  parentPort?.close();
}

async function scored(scorer: Scorer, { id, rows, columns }: ThreadCall): Promise<ThreadResult> {
  try {
    return { id, scores: await scorer.score({ rows, columns }) };
  } catch (error) {
    return { id, error: plain(error) };
  }
}

function plain(error: unknown): ThreadError {
  if (error instanceof WhetError) return { code: error.code, facts: error.facts };
  return { code: 'variant.died', facts: { expected: 'a score', came: String(error) } };
}

import { Worker } from 'node:worker_threads';
import { WhetError } from '../core/errors.ts';
import type { ModelPackage } from '../core/modelPackage.ts';
import type { Scorer, ScorerColumns } from '../models/scorers/scorer.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { getObject, objectKey } from '../storage/objects.ts';
import type { ThreadCall, ThreadOrder, ThreadReport, ThreadResult, ThreadStart } from './threadMessages.ts';

/**
 * As `models/scorers/loadPackage.ts`, in a thread of its own: neither loading nor scoring holds this one up. The rows of
 * all requests of a turn of the event loop, and under load of a millisecond, are handed over together. Throws what
 * `loadPackage` throws, and `variant.died` where the thread ended by itself.
 */
export async function loadInThread(
  store: ObjectStore,
  packageId: string,
): Promise<{ readonly package: ModelPackage; readonly scorer: Scorer }> {
  const thread = openThread(await startOf(store, packageId));
  const { package: made, kind, inputs } = await thread.ready;
  return { package: made, scorer: { kind, inputs, score: thread.score, release: thread.release } };
}

/** The model goes as a file: to read, check and hand over tens of megabytes would hold this thread up for as many milliseconds. */
async function startOf(store: ObjectStore, packageId: string): Promise<ThreadStart> {
  const made = await getObject(store, packageId);
  const { model }: Pick<ModelPackage, 'model'> = JSON.parse(Buffer.from(made).toString());
  const key = objectKey(model.digest);
  return { packageId, objects: { [objectKey(packageId)]: made }, files: { [key]: await store.file(key) } };
}

type Ready = Extract<ThreadReport, { readonly ready: unknown }>['ready'];

interface Thread {
  readonly ready: Promise<Ready>;
  readonly score: Scorer['score'];
  readonly release: Scorer['release'];
}

function openThread(start: ThreadStart): Thread {
  // Without the flags of the process: a test runner's loader is not the thread's. Its file is TypeScript beside the sources.
  const entry = new URL(`variantThread${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
  const worker = new Worker(entry, { workerData: start, execArgv: [] });
  const ready = Promise.withResolvers<Ready>();
  const exited = Promise.withResolvers<void>();
  const waiting = new Map<number, PromiseWithResolvers<Float32Array>>();
  const emptied: (() => void)[] = [];
  let [calls, ended]: [ThreadCall[], WhetError | undefined] = [[], undefined];
  let [next, handedAt] = [0, 0];
  const end = (came: string): void => {
    ended ??= new WhetError('variant.died', { expected: 'a thread that scores', came });
    ready.reject(ended);
    for (const [id, call] of waiting) {
      waiting.delete(id);
      call.reject(ended);
    }
    for (const told of emptied.splice(0)) told();
    exited.resolve();
  };
  const flush = (): void => {
    const handed = calls;
    calls = [];
    handedAt = performance.now();
    worker.postMessage({ calls: handed } satisfies ThreadOrder);
  };
  /** A thread that has nothing to do gets them at once. */
  const soon = (): void => {
    const isIdle = waiting.size === calls.length;
    if (isIdle || performance.now() - handedAt > togetherMs) setImmediate(flush);
    else setTimeout(flush, togetherMs);
  };
  const settle = (result: ThreadResult): void => {
    const call = waiting.get(result.id);
    waiting.delete(result.id);
    if ('scores' in result) call?.resolve(result.scores);
    else call?.reject(new WhetError(result.error.code, result.error.facts));
    if (waiting.size === 0) for (const told of emptied.splice(0)) told();
  };
  worker.on('message', (report: ThreadReport) => {
    if ('results' in report) for (const result of report.results) settle(result);
    else if ('ready' in report) ready.resolve(report.ready);
    else ready.reject(new WhetError(report.refused.code, report.refused.facts));
  });
  worker.once('error', (error) => end(String(error)));
  worker.once('exit', (code) => end(`its end with exit code ${code}`));
  return {
    ready: ready.promise,
    score({ rows, columns }: ScorerColumns) {
      if (ended !== undefined) return Promise.reject(ended);
      const call = Promise.withResolvers<Float32Array>();
      const id = next++;
      waiting.set(id, call);
      if (calls.push({ id, rows, columns }) === 1) soon();
      return call.promise;
    },
    async release() {
      const patience = setTimeout(() => void worker.terminate(), releaseMs);
      if (waiting.size > 0) await new Promise<void>((resolve) => emptied.push(resolve));
      worker.postMessage('release' satisfies ThreadOrder);
      await exited.promise;
      clearTimeout(patience);
    },
  };
}

/** A message wakes the thread, which takes longer than to score a row. */
const togetherMs = 1;

/** After that a thread that does not end is ended. */
const releaseMs = 5_000;

import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type Answers, type Order, plainWork } from './plainWork.ts';

/** Gives an order and waits for what came of it. What an order hands over, the caller no longer has. */
export type Ask = <K extends keyof Answers>(order: Order<K>) => Promise<Answers[K]>;

/**
 * Does a piece of work whose orders belong together, on a thread beside this one: it waits until one is free. Threads
 * keep their memory and their compiled code from one piece to the next, and end when there has been nothing to do.
 */
export async function onThread<T>(work: (ask: Ask) => Promise<T>): Promise<T> {
  const thread = await takenThread();
  try {
    return await work(thread.ask);
  } finally {
    giveBack(thread);
  }
}

/** The same here, for work that is too small for a thread. */
export function onThisThread<T>(work: (ask: Ask) => Promise<T>): Promise<T> {
  const done = plainWork();
  return work(async (order) => done(order));
}

/** On a thread where there are so many rows that it is worth it. */
export function onThreadFor<T>(rows: number, work: (ask: Ask) => Promise<T>): Promise<T> {
  return rows < threadRows ? onThisThread(work) : onThread(work);
}

/** Fewer rows are worked on before a thread has started. */
const threadRows = 20_000;

interface Thread {
  readonly ask: Ask;
  readonly end: () => void;
  /** Whether it can still be asked. */
  readonly isThere: () => boolean;
  /** Ends it when it was free for a while. */
  idle?: NodeJS.Timeout;
}

/** More would only share the processor, and a memory each. */
const mostThreads = Math.min(availableParallelism(), 4);
const idleMs = 30_000;

let working = 0;
const free: Thread[] = [];
const waiting: ((thread: Thread) => void)[] = [];

async function takenThread(): Promise<Thread> {
  if (working >= mostThreads) return new Promise((resolve) => waiting.push(resolve));
  working += 1;
  const thread = free.pop() ?? newThread();
  clearTimeout(thread.idle);
  return thread;
}

function giveBack(given: Thread): void {
  const next = waiting.shift();
  if (next !== undefined) {
    next(given.isThere() ? given : newThread());
    return;
  }
  working -= 1;
  if (!given.isThere()) return;
  free.push(given);
  given.idle = setTimeout(() => {
    free.splice(free.indexOf(given), 1);
    given.end();
  }, idleMs).unref();
}

/** Its file is TypeScript beside the sources and JavaScript beside the build. */
function newThread(): Thread {
  const entry = new URL(`./plainThread${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
  // Without this process's own flags: a test runner's loader is not the thread's.
  const worker = new Worker(entry, { execArgv: [] });
  worker.unref();
  let open: PromiseWithResolvers<never> | undefined;
  let gone: Error | undefined;
  const end = (error: Error): void => {
    gone ??= error;
    open?.reject(gone);
  };
  worker.on('message', ({ answer, error }: { answer: never; error?: Error }) => {
    if (error === undefined) open?.resolve(answer);
    else open?.reject(error);
  });
  worker.on('error', end);
  worker.on('exit', (code) => end(new Error(`a thread that reads lines ended with exit code ${code}`)));
  const asked = async (order: Order<keyof Answers>): Promise<never> => {
    if (gone !== undefined) throw gone;
    open = Promise.withResolvers();
    // While it works, the process stays.
    worker.ref();
    worker.postMessage(order, handedOver(order));
    return open.promise.finally(() => worker.unref());
  };
  let last: Promise<unknown> = Promise.resolve();
  return {
    ask: (order) => {
      const answer = last.then(() => asked(order));
      last = answer.catch(() => {});
      return answer;
    },
    end: () => void worker.terminate(),
    isThere: () => gone === undefined,
  };
}

/** The memory of an order's or an answer's own bytes, which goes over to who receives it. */
export function handedOver(message: object): ArrayBuffer[] {
  return Object.values(message).flatMap((value) => {
    const isWhole = value instanceof Uint8Array && value.buffer instanceof ArrayBuffer;
    return isWhole && value.byteLength * 2 > value.buffer.byteLength ? [value.buffer as ArrayBuffer] : [];
  });
}

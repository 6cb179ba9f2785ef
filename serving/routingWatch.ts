import type { ObjectStore } from '../storage/objectStore.ts';
import { parseRouting } from './parseRouting.ts';
import { type Repeating, repeating } from './repeating.ts';
import type { ServedPipeline } from './servedPipeline.ts';

export interface RoutingWatchOptions {
  readonly store: ObjectStore;
  /** Filled as pipelines are found; requests read it. */
  readonly served: Map<string, ServedPipeline>;
  /** Which to serve; undefined: every one that has a routing in the store, found by listing. */
  readonly pipelines: readonly string[] | undefined;
  /** Makes a pipeline's slots; called once for each. */
  readonly open: (pipeline: string) => ServedPipeline;
  readonly report: (line: string) => void;
  /** How often a routing document is read; 500 ms. */
  readonly everyMs: number;
  /** How often the store is listed for new pipelines. */
  readonly discoverEveryMs: number;
  /** How long a version that was refused is left alone. */
  readonly retryAfterMs: number;
  readonly clock: () => number;
}

/** Follows `serving/<pipeline>/routing.json`. With the store gone, all goes on with the last routing that was seen. */
export interface RoutingWatch {
  close(): Promise<void>;
}

/** Ends when each routing that is in the store now has been followed once. */
export async function watchRouting(options: RoutingWatchOptions): Promise<RoutingWatch> {
  const { served } = options;
  const watches: Repeating[] = [];
  const tell = storeTeller(options.report);
  const add = async (pipeline: string): Promise<void> => {
    if (served.has(pipeline)) return;
    const opened = options.open(pipeline);
    served.set(pipeline, opened);
    const watch = repeating(options.everyMs, follower(options, opened, tell), tell.failed);
    watches.push(watch);
    await watch.now();
  };
  const discovery = repeating(
    options.discoverEveryMs,
    async () => {
      const pipelines = options.pipelines ?? (await discovered(options.store, tell));
      await Promise.all(pipelines.map(add));
    },
    tell.failed,
  );
  await discovery.now();
  return {
    async close() {
      await discovery.close();
      await Promise.all(watches.map((watch) => watch.close()));
    },
  };
}

async function discovered(store: ObjectStore, tell: StoreTeller): Promise<string[]> {
  const keys = await store.list('serving/');
  tell.back();
  return keys.flatMap((key) => /^serving\/([^/]+)\/routing\.json$/.exec(key)?.[1] ?? []);
}

/** Reads one routing and follows it where it has changed, or where its version was refused some time ago. */
function follower(options: RoutingWatchOptions, served: ServedPipeline, tell: StoreTeller): () => Promise<void> {
  const key = `serving/${served.pipeline}/routing.json`;
  let etag: string | undefined;
  let retryAt = Number.POSITIVE_INFINITY;
  return async () => {
    const stored = await options.store.read(key);
    tell.back();
    if (stored === undefined || (stored.etag === etag && options.clock() < retryAt)) return;
    etag = stored.etag;
    retryAt = options.clock() + options.retryAfterMs;
    try {
      if (await served.follow(parseRouting(served.pipeline, stored.bytes))) retryAt = Number.POSITIVE_INFINITY;
    } catch (error) {
      options.report(`${key} is not followed: ${String(error)}`);
      retryAt = Number.POSITIVE_INFINITY;
    }
  };
}

interface StoreTeller {
  failed(error: unknown): void;
  back(): void;
}

/** Says once that the store is gone, and once that it is back. */
function storeTeller(report: (line: string) => void): StoreTeller {
  let gone = false;
  return {
    failed(error) {
      if (!gone) report(`The store does not answer; the last routing stays in force. ${String(error)}`);
      gone = true;
    },
    back() {
      if (gone) report('The store answers again.');
      gone = false;
    },
  };
}

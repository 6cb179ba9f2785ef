import type { ObjectStore } from '../storage/objectStore.ts';
import { atMost } from './atMost.ts';
import { type FollowOptions, followRouting } from './followRouting.ts';
import { type Repeating, repeating } from './repeating.ts';
import type { ServedPipeline } from './servedPipeline.ts';
import type { StoreTeller } from './storeStanding.ts';

export interface RoutingWatchOptions extends FollowOptions {
  /** Filled as pipelines are found; requests read it. */
  readonly served: Map<string, ServedPipeline>;
  /** Which to serve; undefined: every one that has a routing in the store, found by listing. */
  readonly pipelines: readonly string[] | undefined;
  /** Makes a pipeline's slots; called once for each. */
  readonly open: (pipeline: string) => ServedPipeline;
  /** How often a routing document is read; 500 ms. */
  readonly everyMs: number;
  /** How often the store is listed for new pipelines. */
  readonly discoverEveryMs: number;
}

/** Follows `serving/<pipeline>/routing.json`. With the store gone, all goes on with the last routing that was seen. */
export interface RoutingWatch {
  /**
   * Ends when each routing that is in the store now has been followed once; where the store does not answer in time, each
   * that is kept on this machine.
   */
  readonly first: Promise<void>;
  close(): Promise<void>;
}

export function watchRouting(options: RoutingWatchOptions): RoutingWatch {
  const { served, kept, patienceMs, tell } = options;
  const watches: Repeating[] = [];
  const add = async (pipeline: string): Promise<void> => {
    if (served.has(pipeline)) return;
    const opened = options.open(pipeline);
    served.set(pipeline, opened);
    const watch = repeating(options.everyMs, followRouting(options, opened), tell.failed);
    watches.push(watch);
    await watch.now();
  };
  const discovery = repeating(
    options.discoverEveryMs,
    async () => {
      await Promise.all((options.pipelines ?? (await discovered(options.store, tell))).map(add));
    },
    tell.failed,
  );
  const begin = async (): Promise<void> => {
    const here = (await kept?.pipelines()) ?? [];
    await Promise.all(here.filter((one) => options.pipelines?.includes(one) ?? true).map(add));
    const found = discovery.now();
    await (watches.length > 0 ? atMost(patienceMs, found) : found);
  };
  return {
    first: begin(),
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

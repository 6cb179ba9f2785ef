import type { Operate } from '../serving/operate.ts';
import type { ObjectStore } from '../storage/objectStore.ts';

/** As `operateReleases`, whose modules (Temporal's client) are loaded when somebody first operates: most processes only answer. */
export function operateLater(store: ObjectStore, address: string | undefined): Operate {
  let loading: Promise<Operate> | undefined;
  const loaded = (): Promise<Operate> => {
    loading ??= import('./operateReleases.ts').then(({ operateReleases }) => operateReleases(store, address));
    return loading;
  };
  return {
    standing: async (pipeline) => (await loaded()).standing(pipeline),
    say: async (pipeline, word, input) => (await loaded()).say(pipeline, word, input),
    sayToAlerts: async (pipeline, word, input) => (await loaded()).sayToAlerts(pipeline, word, input),
    close: async () => (await loading)?.close(),
  };
}

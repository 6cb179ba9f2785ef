import type { ObjectStore } from '../storage/objectStore.ts';
import { scopedStore } from '../storage/scopedStore.ts';

/** What a stage takes besides its input where it works for a replay. */
export interface Scoped {
  /** Where all that is no content lies: `backtests/<id>`. Left out by real runs. */
  readonly scope?: string;
}

/** The ports of a stage, those of a replay with a store of its own. */
export function portsIn<P extends { readonly store: ObjectStore }>(ports: P, { scope }: Scoped): P {
  return scope === undefined ? ports : { ...ports, store: scopedStore(ports.store, scope) };
}

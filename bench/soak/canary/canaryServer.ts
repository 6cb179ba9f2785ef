import { randomUUID } from 'node:crypto';
import { loadPackage } from '../../../models/scorers/loadPackage.ts';
import type { Scorer } from '../../../models/scorers/scorer.ts';
import { loadInThread } from '../../../serving/loadInThread.ts';
import type { LoadPackage } from '../../../serving/loadVersion.ts';
import { openServer } from '../../../serving/server.ts';
import { openStore } from '../../../storage/openStore.ts';
import { type CanaryServerMessage, callersDistance, type Fault } from './canaryFault.ts';

/** A serving process of its own: node canaryServer.ts STORE COPIES FAULT, the fault as JSON. It tells its first failure. */
const [location = '', copies = '', fault = '{}'] = process.argv.slice(2);
const { package: faulty, share = 0 }: Partial<Fault> = JSON.parse(fault);
let told = false;

const server = await openServer({
  store: openStore(location, copies),
  clock: () => Date.now(),
  id: randomUUID(),
  intervals: { discoverMs: 200 },
  load: failing(loadPackage),
  loadVariant: failing(loadInThread),
  report: () => undefined,
});
tell({ kind: 'serving', url: server.url });
process.once('disconnect', () => void server.close().then(() => process.exit()));

function failing(load: LoadPackage): LoadPackage {
  return async (store, packageId) => {
    const loaded = await load(store, packageId);
    return packageId === faulty ? { ...loaded, scorer: withFaults(loaded.scorer) } : loaded;
  };
}

function withFaults(scorer: Scorer): Scorer {
  return {
    ...scorer,
    async score(columns) {
      if (columns.columns.distance?.[0] === callersDistance && Math.random() < share) fail();
      return scorer.score(columns);
    },
  };
}

function fail(): never {
  if (!told) tell({ kind: 'failed', at: Date.now() });
  told = true;
  throw new Error('injected');
}

function tell(message: CanaryServerMessage): void {
  process.send?.(message);
}

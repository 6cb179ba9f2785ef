import { setTimeout as pause } from 'node:timers/promises';
import { seededRandom } from '../../../core/random.ts';
import type { RoutedVersion, Routing, ServingLease, Traffic } from '../../../core/routing.ts';
import { changeRouting } from '../../../registry/routingCopy.ts';
import { servingLeases } from '../../../registry/servingLeases.ts';
import type { ObjectStore } from '../../../storage/objectStore.ts';
import { pipeline, putVersion } from '../../../test/serving/fixture.ts';
import type { Published } from './swapReport.ts';

/** Changes the routing again and again, as releases do: promotions, rollbacks, canaries that are promoted or withdrawn. */
export interface Swaps {
  readonly published: readonly Published[];
  /** One more change. Ends when every process that lives has said that it answers by it. */
  next(): Promise<void>;
}

type Change = Pick<Routing, 'champion' | 'traffic'> & { readonly kind: Published['kind'] };

/** Publishes the first version. `pids` gives the serving processes that live. */
export async function publishSwaps(store: ObjectStore, seed: number, pids: () => readonly number[]): Promise<Swaps> {
  const random = seededRandom(seed);
  const published: Published[] = [];
  const lived: RoutedVersion[] = [];
  let versions = 0;
  let [champion, canary]: (RoutedVersion | undefined)[] = [];
  const newVersion = (): Promise<RoutedVersion> => putVersion(store, ++versions);
  const chosen = async (): Promise<Change> => {
    const draw = random.next();
    if (canary !== undefined) {
      if (draw < 0.6) return { kind: 'promotion', champion: canary };
      return { kind: 'withdrawal', champion: champion ?? null };
    }
    const before = lived.at(-2);
    if (draw < 0.25 && before !== undefined) return { kind: 'rollback', champion: before };
    const version = await newVersion();
    if (draw < 0.6) return { kind: 'promotion', champion: version };
    return { kind: 'canary', champion: champion ?? null, traffic: canaryOf(version, random.next()) };
  };
  const publish = async ({ kind, champion: next, traffic }: Change): Promise<void> => {
    if (next !== null && kind !== 'first') await prepared(store, next, pids);
    const epoch = (published.at(-1)?.epoch ?? 0) + 1;
    const routing: Routing = {
      pipeline,
      ledger: epoch,
      epoch,
      champion: next,
      prepare: null,
      ...(traffic && { traffic }),
    };
    const applied: Record<string, number> = {};
    const challenger = traffic?.variants.challenger?.version;
    const allowed = { champion: next?.version ?? 0, ...(challenger && { challenger: challenger.version }) };
    published.push({ epoch, kind, allowed, applied });
    await changeRouting(store, pipeline, () => routing);
    await untilAll(store, pids, ({ id, epoch: by }) => {
      if (by >= epoch) applied[id] ??= Date.now();
      return by >= epoch;
    });
    if (next !== null && next !== champion) lived.push(next);
    [champion, canary] = [next ?? undefined, challenger];
  };
  await publish({ kind: 'first', champion: await newVersion() });
  return { published, next: async () => publish(await chosen()) };
}

/** A challenger that answers 5 to 50 % of the requests and scores all the others. */
function canaryOf(version: RoutedVersion, draw: number): Traffic {
  const variants = { challenger: { version, weight: 0.05 + 0.45 * draw, shadow: 1 } };
  return { variants, rules: [], fallback: [], deadlineMs: 1_000 };
}

async function prepared(store: ObjectStore, version: RoutedVersion, pids: () => readonly number[]): Promise<void> {
  await changeRouting(store, pipeline, (routing) => ({ ...routing, prepare: version }));
  await untilAll(store, pids, (lease) => lease.prepared.includes(version.version));
}

/** As a rollout waits: for all that live now, and no longer for one that has died. */
async function untilAll(
  store: ObjectStore,
  pids: () => readonly number[],
  isDone: (lease: ServingLease) => boolean,
): Promise<void> {
  for (;;) {
    const live = pids();
    const leases = (await servingLeases(store, pipeline)).filter(({ pid }) => live.includes(pid));
    if (leases.filter(isDone).length === live.length) return;
    await pause(20);
  }
}

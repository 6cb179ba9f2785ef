import type { ServingLease } from '../core/routing.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { putJson } from '../storage/objects.ts';
import { type Repeating, repeating } from './repeating.ts';
import type { ServedPipeline } from './servedPipeline.ts';

export interface LeaseOptions {
  readonly store: ObjectStore;
  readonly id: string;
  readonly url: () => string;
  readonly clock: () => number;
  readonly everyMs: number;
  /** Pipelines whose routing was kept on this machine. */
  readonly kept: ReadonlySet<string>;
  readonly report: (line: string) => void;
}

/** The life sign of this process for each pipeline that it serves, at `serving/<pipeline>/workers/<id>.json`. */
export interface Leases {
  /** Writes a pipeline's lease now, and every `everyMs` from then on; not before the process listens. */
  changed(served: ServedPipeline): void;
  /** Takes the leases away: nobody waits for this process any more. */
  close(): Promise<void>;
}

export function openLeases(options: LeaseOptions): Leases {
  const leases = new Map<string, Repeating>();
  let told = false;
  const failed = (error: unknown): void => {
    if (!told) options.report(`A lease could not be written. ${String(error)}`);
    told = true;
  };
  return {
    changed(served) {
      // Before it listens it is not there for anybody.
      if (options.url() === '') return;
      const write = async (): Promise<void> => {
        await putJson(options.store, leaseKey(served.pipeline, options.id), leaseOf(options, served));
        told = false;
      };
      const lease = leases.get(served.pipeline) ?? repeating(options.everyMs, write, failed);
      leases.set(served.pipeline, lease);
      void lease.now();
    },
    async close() {
      await Promise.all([...leases.values()].map((lease) => lease.close()));
      await Promise.all([...leases.keys()].map((each) => options.store.remove(leaseKey(each, options.id)))).catch(
        failed,
      );
    },
  };
}

function leaseKey(pipeline: string, id: string): string {
  return `serving/${pipeline}/workers/${id}.json`;
}

function leaseOf(
  { id, url, clock, kept }: LeaseOptions,
  { pipeline, slots, prepared, refused, applied }: ServedPipeline,
): ServingLease {
  return {
    id,
    pid: process.pid,
    url: url(),
    at: clock(),
    epoch: slots.epoch,
    prepared,
    refused,
    tallies: slots.epoch < 0 ? [] : applied.tallies(),
    ...(kept.has(pipeline) ? { kept: true } : {}),
  };
}

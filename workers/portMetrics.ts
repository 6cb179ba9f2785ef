import cluster, { type Worker } from 'node:cluster';
import { mergedFamilies } from '../serving/mergedFamilies.ts';
import type { MetricFamily } from '../serving/metricsText.ts';
import type { PortMetrics } from '../serving/serverOptions.ts';

type Families = readonly MetricFamily[];

/** To the process that hands connections out, and back: a scrape reaches one process, and is to tell of all. */
type PortMessage =
  | { readonly kind: 'ask metrics'; readonly id: number }
  | { readonly kind: 'tell metrics'; readonly round: number }
  | { readonly kind: 'metrics told'; readonly round: number; readonly families: Families }
  | { readonly kind: 'port metrics'; readonly id: number; readonly processes: readonly Families[] };

/** One that does not tell by then, because it is busy or stopped, counts with what it told before. */
const patienceMs = 500;

/**
 * Lets each of the processes of one port tell what all of them count, and what those counted that are gone, up to when they last told: a
 * counter never falls. In the process that hands connections out.
 */
export function gatherPortMetrics(): void {
  const told = new Map<number, Families>();
  const rounds = new Map<number, Round>();
  let [gone, last]: [Families, number] = [[], 0];
  const arrived = (worker: number): void => {
    for (const round of rounds.values()) round.arrived(worker);
  };
  const ask = (asker: Worker, id: number): void => {
    const others = Object.values(cluster.workers ?? {}).filter((worker) => worker?.isConnected());
    last += 1;
    const round = last;
    const end = (): void => {
      rounds.delete(round);
      tell(asker, { kind: 'port metrics', id, processes: [gone, ...told.values()] });
    };
    rounds.set(
      round,
      openRound(
        others.map((worker) => worker?.id ?? 0),
        end,
      ),
    );
    for (const worker of others) if (worker !== undefined) tell(worker, { kind: 'tell metrics', round });
  };
  cluster.on('message', (worker, message: PortMessage) => {
    if (message.kind === 'ask metrics') ask(worker, message.id);
    if (message.kind !== 'metrics told') return;
    told.set(worker.id, message.families);
    rounds.get(message.round)?.arrived(worker.id);
  });
  cluster.on('exit', ({ id }) => {
    gone = mergedFamilies([gone, (told.get(id) ?? []).filter(outlivesItsProcess)]);
    told.delete(id);
    arrived(id);
  });
}

/** Those of a variant begin anew with each epoch, as they do with a process. */
function outlivesItsProcess({ name, type }: MetricFamily): boolean {
  return type !== 'gauge' && !name.startsWith('whet_variant_');
}

interface Round {
  arrived(worker: number): void;
}

/** Ends once all have told, or have gone, or are waited for no more. */
function openRound(workers: readonly number[], end: () => void): Round {
  const awaited = new Set(workers);
  const timer = setTimeout(end, patienceMs);
  return {
    arrived(worker) {
      if (!awaited.delete(worker) || awaited.size > 0) return;
      clearTimeout(timer);
      end();
    },
  };
}

/** One that is gone meanwhile needs no answer. */
function tell(worker: Worker, message: PortMessage): void {
  if (worker.isConnected()) worker.send(message);
}

/** The same in one of the processes of the port. */
export function portMetrics(): PortMetrics {
  const asked = new Map<number, (processes: readonly Families[]) => void>();
  let [own, last]: [() => Families, number] = [() => [], 0];
  process.on('message', (message: PortMessage) => {
    if (message.kind === 'tell metrics') send({ kind: 'metrics told', round: message.round, families: own() });
    if (message.kind !== 'port metrics') return;
    asked.get(message.id)?.(message.processes.map(withInfinity));
    asked.delete(message.id);
  });
  return {
    tell(families) {
      own = families;
    },
    all() {
      last += 1;
      const { promise, resolve } = Promise.withResolvers<readonly Families[]>();
      asked.set(last, resolve);
      send({ kind: 'ask metrics', id: last });
      return promise;
    },
  };
}

function send(message: PortMessage): void {
  process.send?.(message);
}

/** The channel's JSON has no infinity, which is the bound of a histogram's last bucket. */
function withInfinity(families: Families): Families {
  return families.map((family) => {
    if (family.type !== 'histogram') return family;
    const samples = family.samples.map((sample) => {
      const buckets = sample.buckets.map(([bound, count]) => [bound ?? Number.POSITIVE_INFINITY, count] as const);
      return { ...sample, buckets };
    });
    return { ...family, samples };
  });
}

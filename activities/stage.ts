import type { StageName, StageRecord } from '../core/run.ts';
import { digestOfValue } from '../storage/digest.ts';
import { createJson, readJson } from '../storage/objects.ts';
import type { Ports } from './ports.ts';

export interface StageOutcome<T> {
  readonly output: T;
  readonly record: StageRecord;
}

export interface StageIdentity {
  readonly name: StageName;
  /** The code version: an integer exported beside the stage. */
  readonly version: number;
  /** The stage's section of the plan. */
  readonly section: unknown;
  readonly inputs: Readonly<Record<string, string>>;
}

/**
 * Does a stage once for its key: what is held at `stages/<key>.json` is used, else it is computed and stored,
 * create-only. Whoever stores first wins, so all who ask for one key get one output.
 */
export async function stage<T>(
  ports: Pick<Ports, 'store' | 'clock'>,
  identity: StageIdentity,
  compute: () => Promise<T>,
): Promise<StageOutcome<T>> {
  const started = ports.clock();
  const key = stageKey(identity);
  const place = placeOf(key);
  const held = await readJson<{ output: T }>(ports.store, place);
  const output = held === undefined ? await computeOnce(ports, place, compute) : held.output;
  const seconds = (ports.clock() - started) / 1_000;
  return { output, record: { name: identity.name, key, seconds, reused: held !== undefined, inputs: identity.inputs } };
}

/** Whether a stage was done for its key: then nothing is computed. */
export function isStageDone(ports: Pick<Ports, 'store'>, identity: StageIdentity): Promise<boolean> {
  return ports.store.has(placeOf(stageKey(identity)));
}

export function stageKey({ name, version, section, inputs }: StageIdentity): string {
  return digestOfValue({ name, version, section, inputs });
}

function placeOf(key: string): string {
  return `stages/${key}.json`;
}

async function computeOnce<T>(ports: Pick<Ports, 'store'>, place: string, compute: () => Promise<T>): Promise<T> {
  const computed = await compute();
  if (await createJson(ports.store, place, { output: computed })) return computed;
  return (await readJson<{ output: T }>(ports.store, place))?.output ?? computed;
}

import { neverAnswer } from '../core/chooseVariant.ts';
import { WhetError } from '../core/errors.ts';
import { didYouMean } from '../core/nearestName.ts';
import type { RoutedVersion } from '../core/routing.ts';
import type { ServedPipeline } from './servedPipeline.ts';
import type { Answering, SlotVariant } from './slots.ts';

/** The pipeline of that name. Throws `model.unknown`. */
export function servedOf(served: ReadonlyMap<string, ServedPipeline>, name: string): ServedPipeline {
  const found = served.get(name);
  if (found !== undefined) return found;
  const names = [...served.keys()];
  throw new WhetError('model.unknown', {
    expected: names.length === 0 ? 'a pipeline with a routing (there is none yet)' : `one of ${names.join(', ')}`,
    came: `'${name.slice(0, 100)}'${didYouMean(name, names)}`,
  });
}

/** What a request answers with; the caller gives it back by `done`. */
export interface Taken {
  readonly answering: Answering;
  done(): void;
}

/**
 * Takes what a request answers with. `label` is a version number, `champion`, `challenger` or a variant that may answer; it
 * may only point at what is loaded. Throws `model.not-ready`, `model.no-such-version`.
 */
export function takeVersion(served: ServedPipeline, label: string | undefined): Taken {
  const slot = label === undefined ? 'champion' : slotOf(served, label);
  const held = slot === undefined ? undefined : served.slots.take(slot);
  if (held !== undefined) return { answering: held, done: () => served.slots.done(held) };
  const beside = label === undefined ? undefined : variantOf(served, label);
  if (beside !== undefined) return { answering: beside, done: () => {} };
  throw absent(served, label ?? 'champion');
}

/** As `takeVersion`, to look at alone: nothing is to be given back. */
export function loadedVersion(served: ServedPipeline, label: string | undefined): Answering {
  const { answering, done } = takeVersion(served, label);
  done();
  return answering;
}

function slotOf({ slots }: ServedPipeline, label: string): SlotVariant | undefined {
  if (label === 'champion' || label === 'challenger') return label;
  if (label === String(slots.champion?.loaded.routed.version)) return 'champion';
  return label === String(slots.challenger?.loaded.routed.version) ? 'challenger' : undefined;
}

/** A variant of the traffic, by its name or its version. */
function variantOf({ applied, variants }: ServedPipeline, label: string): Answering | undefined {
  for (const { name, routed, loaded } of variants.open.values()) {
    if (loaded === undefined || neverAnswer.includes(name)) continue;
    if (label === name || label === String(routed.version)) return { loaded, epoch: applied.epoch, variant: name };
  }
  return undefined;
}

/** Named by the routing, so it will come: not ready. Else there is no such version here. */
function absent(served: ServedPipeline, label: string): WhetError {
  const { champion = null, prepare = null, traffic } = served.routing ?? {};
  const answering = Object.entries(traffic?.variants ?? {}).filter(([name]) => !neverAnswer.includes(name));
  const variants = answering.map(([name, { version }]) => [name, version] as const);
  const aliases = new Map<string, RoutedVersion | null>([...variants, ['champion', champion]]);
  if (prepare !== null) aliases.set('challenger', prepare);
  const all = [...aliases.values()];
  const named = aliases.get(label) ?? all.find((each) => label === String(each?.version)) ?? null;
  if (label === 'champion' || named !== null) return notReady(served, named);
  const loaded = served.prepared;
  return new WhetError('model.no-such-version', {
    expected: `a version of '${served.pipeline}' that is loaded (${loaded.join(', ') || 'none is'}), or champion`,
    came: `'${label.slice(0, 100)}'`,
  });
}

function notReady(served: ServedPipeline, version: RoutedVersion | null): WhetError {
  const expected = `a version of '${served.pipeline}' that is loaded`;
  if (version === null) {
    const todo = `Promote a version first: whet retrain ${served.pipeline}`;
    return new WhetError('model.not-ready', { expected, came: 'no promoted version yet', todo });
  }
  const refused = served.refused[version.version];
  const came = refused === undefined ? `version ${version.version}, still loading` : `a refusal (${refused})`;
  return new WhetError('model.not-ready', { expected, came });
}

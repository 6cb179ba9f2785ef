import { WhetError } from '../core/errors.ts';
import { didYouMean } from '../core/nearestName.ts';
import type { RoutedVersion } from '../core/routing.ts';
import type { ServedPipeline } from './servedPipeline.ts';
import type { Answering, Variant } from './slots.ts';

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

/**
 * Takes what a request answers with; the caller gives it back by `slots.done`. `label` is a version number or an alias;
 * it may only point at what is loaded. Throws `model.not-ready`, `model.no-such-version`.
 */
export function takeVersion(served: ServedPipeline, label: string | undefined): Answering {
  const which = label === undefined ? 'champion' : variantOf(served, label);
  const taken = which === undefined ? undefined : served.slots.take(which);
  if (taken !== undefined) return taken;
  throw absent(served, label ?? 'champion');
}

/** As `takeVersion`, to look at alone: nothing is to be given back. */
export function loadedVersion(served: ServedPipeline, label: string | undefined): Answering {
  const answering = takeVersion(served, label);
  served.slots.done(answering);
  return answering;
}

function variantOf({ slots }: ServedPipeline, label: string): Variant | undefined {
  if (label === 'champion' || label === 'challenger') return label;
  if (label === String(slots.champion?.loaded.routed.version)) return 'champion';
  return label === String(slots.challenger?.loaded.routed.version) ? 'challenger' : undefined;
}

/** Named by the routing, so it will come: not ready. Else there is no such version here. */
function absent(served: ServedPipeline, label: string): WhetError {
  const { champion = null, prepare = null } = served.routing ?? {};
  const aliases: Readonly<Record<string, RoutedVersion | null>> = { champion, challenger: prepare };
  const named = aliases[label] ?? [champion, prepare].find((each) => label === String(each?.version)) ?? null;
  if (label === 'champion' || named !== null) return notReady(served, named);
  const loaded = [served.slots.champion, served.slots.challenger].flatMap((each) => each?.loaded.routed.version ?? []);
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

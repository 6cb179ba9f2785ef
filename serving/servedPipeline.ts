import { canonicalJson } from '../core/canonicalJson.ts';
import { WhetError } from '../core/errors.ts';
import type { RoutedVersion, Routing } from '../core/routing.ts';
import { type AppliedTraffic, appliedTraffic } from './appliedTraffic.ts';
import type { Slots } from './slots.ts';
import type { Variants } from './variants.ts';

/** A pipeline in this process: its slots and variants, and how far they follow the routing. */
export interface ServedPipeline {
  readonly pipeline: string;
  readonly slots: Slots;
  readonly variants: Variants;
  /** How the requests of the epoch that is applied are shared. */
  readonly applied: AppliedTraffic;
  /** The last routing that was seen; undefined before the first. */
  readonly routing: Routing | undefined;
  /** Requests that are answered, and logged when the others have scored them too. */
  readonly unlogged: Set<Promise<void>>;
  /** Versions that are loaded, warmed and equal on their golden rows, in slots and as variants, ascending. */
  readonly prepared: readonly number[];
  /** Versions that the routing names and that could not be prepared, or were taken out, with the reason. */
  readonly refused: Readonly<Record<string, string>>;
  /**
   * Follows a routing: the champion is prepared, for it answers; then it, the traffic and the epoch are applied at once,
   * between two requests; then the newcomer is prepared. Variants load meanwhile: until one is ready, others answer for it.
   * What cannot be prepared is refused with its reason and the version before goes on answering. False where something
   * was refused or is still loading: try again later.
   */
  follow(routing: Routing): Promise<boolean>;
}

/** `changed` hears of each change that the lease tells of; `report` of what a person should know. */
export function servedPipeline(
  pipeline: string,
  slots: Slots,
  variants: Variants,
  changed: () => void,
  report: (line: string) => void,
): ServedPipeline {
  let seen: Routing | undefined;
  let applied = appliedTraffic(pipeline, slots.epoch, 0, undefined, variants.open);
  let refused: Record<string, string> = {};
  const refuse = (version: RoutedVersion, error: unknown): boolean => {
    const reason = error instanceof Error ? error.message : String(error);
    if (refused[version.version] !== reason) report(`${pipeline}: version ${version.version} is refused. ${reason}`);
    refused[version.version] = reason;
    changed();
    return false;
  };
  const prepared = async (version: RoutedVersion): Promise<boolean> => {
    try {
      await slots.prepare(version);
    } catch (error) {
      return refuse(version, error);
    }
    delete refused[version.version];
    changed();
    return true;
  };
  /** Nothing is awaited between its lines: no request sees one part of an epoch without the others. */
  const apply = ({ champion, epoch, traffic }: Routing): void => {
    slots.flip(champion, epoch);
    const open = variants.apply(traffic, slots.champion?.loaded);
    applied = appliedTraffic(pipeline, epoch, champion?.version ?? 0, traffic, open);
  };
  const promoted = async (routing: Routing): Promise<boolean> => {
    if (routing.epoch === slots.epoch) return variants.retry();
    if (routing.champion !== null && !(await prepared(routing.champion))) return false;
    apply(routing);
    changed();
    return variants.open.size === 0;
  };
  return {
    pipeline,
    slots,
    variants,
    unlogged: new Set(),
    get applied() {
      return applied;
    },
    get routing() {
      return seen;
    },
    get prepared() {
      const held = [slots.champion, slots.challenger].map((each) => each?.loaded);
      const all = [...held, ...[...variants.open.values()].map(({ loaded }) => loaded)];
      return [...new Set(all.flatMap((loaded) => loaded?.routed.version ?? []))].sort((a, b) => a - b);
    },
    get refused() {
      const out = [...variants.open.values()].filter(({ refusal }) => refusal !== undefined);
      return { ...refused, ...Object.fromEntries(out.map(({ routed, refusal = '' }) => [routed.version, refusal])) };
    },
    async follow(routing) {
      checkOrder(slots, seen, routing);
      seen = routing;
      refused = onlyNamed(refused, routing);
      const champion = await promoted(routing);
      if (routing.prepare === null) slots.discard();
      return (routing.prepare === null || (await prepared(routing.prepare))) && champion;
    },
  };
}

/** Epochs only grow, and one epoch has one champion and one traffic: else two processes could answer differently for ever. */
function checkOrder(slots: Slots, seen: Routing | undefined, routing: Routing): void {
  const now = slots.champion?.loaded.routed;
  const champion = now?.digest === routing.champion?.digest && now?.version === routing.champion?.version;
  const traffic = canonicalJson(seen?.traffic ?? null) === canonicalJson(routing.traffic ?? null);
  if (routing.epoch > slots.epoch || (routing.epoch === slots.epoch && champion && traffic)) return;
  throw new WhetError('routing.invalid', {
    expected: `an epoch above ${slots.epoch}, which is applied, for another champion or other traffic`,
    came: `epoch ${routing.epoch} with version ${routing.champion?.version ?? 'none'}`,
  });
}

function onlyNamed(refused: Readonly<Record<string, string>>, routing: Routing): Record<string, string> {
  const named = [routing.champion, routing.prepare].map((each) => String(each?.version));
  return Object.fromEntries(Object.entries(refused).filter(([version]) => named.includes(version)));
}

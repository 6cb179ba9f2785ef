import { WhetError } from '../core/errors.ts';
import type { RoutedVersion, Routing } from '../core/routing.ts';
import type { Slots } from './slots.ts';

/** A pipeline in this process: its slots, and how far they follow the routing. */
export interface ServedPipeline {
  readonly pipeline: string;
  readonly slots: Slots;
  /** The last routing that was seen; undefined before the first. */
  readonly routing: Routing | undefined;
  /** Versions that the routing names and that could not be prepared, with the reason. */
  readonly refused: Readonly<Record<string, string>>;
  /**
   * Follows a routing: the champion first, for it answers, then the newcomer. What cannot be prepared is refused with its
   * reason and the version before goes on answering. False where something was refused: try again later.
   */
  follow(routing: Routing): Promise<boolean>;
}

/** `changed` hears of each change that the lease tells of; `report` of what a person should know. */
export function servedPipeline(
  pipeline: string,
  slots: Slots,
  changed: () => void,
  report: (line: string) => void,
): ServedPipeline {
  let seen: Routing | undefined;
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
  const promoted = async (routing: Routing): Promise<boolean> => {
    if (routing.epoch === slots.epoch) return true;
    if (routing.champion !== null && !(await prepared(routing.champion))) return false;
    slots.flip(routing.champion, routing.epoch);
    changed();
    return true;
  };
  return {
    pipeline,
    slots,
    get routing() {
      return seen;
    },
    get refused() {
      return refused;
    },
    async follow(routing) {
      checkOrder(slots, routing);
      seen = routing;
      refused = onlyNamed(refused, routing);
      const champion = await promoted(routing);
      if (routing.prepare === null) slots.discard();
      return (routing.prepare === null || (await prepared(routing.prepare))) && champion;
    },
  };
}

/** Epochs only grow, and one epoch has one champion: else two processes could answer differently for ever. */
function checkOrder(slots: Slots, routing: Routing): void {
  const now = slots.champion?.loaded.routed;
  const same = now?.digest === routing.champion?.digest && now?.version === routing.champion?.version;
  if (routing.epoch > slots.epoch || (routing.epoch === slots.epoch && same)) return;
  throw new WhetError('routing.invalid', {
    expected: `an epoch above ${slots.epoch}, which is applied, for another champion`,
    came: `epoch ${routing.epoch} with version ${routing.champion?.version ?? 'none'}`,
  });
}

function onlyNamed(refused: Readonly<Record<string, string>>, routing: Routing): Record<string, string> {
  const named = [routing.champion, routing.prepare].map((each) => String(each?.version));
  return Object.fromEntries(Object.entries(refused).filter(([version]) => named.includes(version)));
}

import { type Backtest, type BacktestTurn, backtestKey, modelKey, type ReplayedModel } from '../core/backtest.ts';
import type { BacktestInput } from '../core/backtestInput.ts';
import type { Plan } from '../core/plan.ts';
import { refitPlan } from '../core/refitPlan.ts';
import type { Hour } from '../core/time.ts';
import { openShelf } from '../models/backtest/packageShelf.ts';
import { createJson, readJson, requireJson } from '../storage/objects.ts';
import { lookBack, scoreHour } from './backtestHour.ts';
import { takeTurn } from './backtestTurn.ts';
import { closeBacktest } from './closeBacktest.ts';
import { type OpenedBacktest, openBacktest } from './openBacktest.ts';
import { keepPlan } from './planOf.ts';
import type { Ports } from './ports.ts';
import { whileBeating } from './whileBeating.ts';

/** What every model after the first one is made by. */
export interface RefittedPlan {
  readonly plan: Plan;
  readonly planId: string;
}

/** An hour of a track, by its name. */
export interface TrackedHour {
  readonly id: string;
  readonly track: string;
  readonly hour: Hour;
}

/** What a replay of the past does beside the stages of its models. All of it lies below `backtests/<id>`; all is done once. */
export function createBacktestActivities(ports: Ports) {
  const shelf = openShelf(ports.store);
  const backtestOf = (id: string) => requireJson<Backtest>(ports.store, backtestKey(id));
  const trackOf = async (id: string, name: string) => {
    const backtest = await backtestOf(id);
    const track = backtest.tracks.find((one) => one.name === name);
    if (track === undefined) throw new TypeError(`Expected a track of back-test ${id}, but came '${name}'.`);
    return { backtest, track };
  };
  return {
    openBacktest: ({ input }: { readonly input: BacktestInput }): Promise<OpenedBacktest> =>
      whileBeating(() => openBacktest(ports, input)),

    /** The model of an hour, where it was made before; null where it was not. */
    heldModel: async ({ id, asOf }: { readonly id: string; readonly asOf: Hour }): Promise<ReplayedModel | null> =>
      (await readJson<ReplayedModel>(ports.store, modelKey(id, asOf))) ?? null,

    async keepModel({ id, model }: { readonly id: string; readonly model: ReplayedModel }): Promise<ReplayedModel> {
      await createJson(ports.store, modelKey(id, model.asOf), model);
      return requireJson<ReplayedModel>(ports.store, modelKey(id, model.asOf));
    },

    /** The plan with the parameters that the first search found. */
    async refit({ id, first }: { readonly id: string; readonly first: ReplayedModel }): Promise<RefittedPlan> {
      const { plan, planId } = await backtestOf(id);
      if (first.best === undefined) return { plan, planId };
      const { epochs, ...candidate } = first.best;
      const refitted = refitPlan(plan, candidate, epochs);
      return { plan: refitted, planId: await keepPlan(ports.store, refitted) };
    },

    takeTurn: ({ id, track, hour, isFirst }: TrackedHour & { readonly isFirst: boolean }): Promise<BacktestTurn> =>
      whileBeating(async () => takeTurn(ports, { ...(await trackOf(id, track)), hour, isFirst })),

    scoreHour: ({ id, hour }: { readonly id: string; readonly hour: Hour }): Promise<void> =>
      whileBeating(async () => scoreHour(ports, shelf, { backtest: await backtestOf(id), hour })),

    /** How much the watch of a track found off at the end of an hour. */
    lookBack: ({ id, track, hour }: TrackedHour): Promise<number> =>
      whileBeating(async () => lookBack(ports, { ...(await trackOf(id, track)), hour })),

    closeBacktest: ({ id }: { readonly id: string }): Promise<void> =>
      whileBeating(async () => closeBacktest(ports, await backtestOf(id))),
  };
}

import { type Draw, drawOf } from '../core/chooseVariant.ts';
import type { Traffic } from '../core/routing.ts';
import type { VariantTally } from '../core/variantTally.ts';
import type { Seat } from './askVariant.ts';
import { type TallyCounter, tallyCounter } from './tallyCounter.ts';
import type { Variant } from './variant.ts';

/** How requests of one epoch are shared, as this process does it: made when the epoch is applied, replaced whole. */
export interface AppliedTraffic {
  readonly epoch: number;
  /** Undefined where the champion answers all and nobody else scores. */
  readonly shared: SharedTraffic | undefined;
  /** Of the champion. */
  readonly tally: TallyCounter;
  tallies(): VariantTally[];
}

export interface SharedTraffic {
  readonly draw: Draw;
  readonly traffic: Traffic;
  /** By the variant's name. */
  readonly seats: ReadonlyMap<string, Seat>;
  /** In which any of the fallback scores, 99 times of 100; 0 before that is known. */
  fallbackMs(): number;
}

/** `champion` is the version that answers from now on. */
export function appliedTraffic(
  pipeline: string,
  epoch: number,
  champion: number,
  traffic: Traffic | undefined,
  variants: ReadonlyMap<string, Variant>,
): AppliedTraffic {
  const tally = tallyCounter('champion', champion, epoch);
  const seats = [...variants.values()].map((variant): readonly [string, Seat] => {
    return [variant.name, { variant, tally: tallyCounter(variant.name, variant.routed.version, epoch) }];
  });
  const fallbackMs = (): number => {
    let longest = 0;
    for (const [name, { tally: its }] of seats)
      if (traffic?.fallback.includes(name)) longest = Math.max(longest, its.p99Ms());
    return longest;
  };
  const isShared = traffic !== undefined && seats.length > 0;
  return {
    epoch,
    shared: isShared ? { draw: drawOf(pipeline, traffic), traffic, seats: new Map(seats), fallbackMs } : undefined,
    tally,
    tallies: () => [tally, ...seats.map(([, seat]) => seat.tally)].map((each) => each.tally()),
  };
}

import type { SharedTraffic } from './appliedTraffic.ts';
import { type Asked, askVariant, notAsked, type Seat } from './askVariant.ts';
import type { RawRows } from './parseRows.ts';
import type { TimeLeft } from './timeLeft.ts';

/** Those beside the champion that score one request. */
export interface Round {
  /** Each once. */
  readonly asked: readonly Asked[];
  /** Lets it score without answering. */
  shadow(name: string): void;
  /** Lets it score to answer, unless its caller leaves it less time than it needs; undefined for the champion. */
  contend(name: string): Asked | undefined;
  /** Ends the time of all that have not scored by then. */
  expireIn(ms: number): void;
  /** Ends when each has scored, failed, or its time is over. */
  over(): Promise<void>;
}

export function openRound({ seats }: SharedTraffic, rows: RawRows, { leftMs, isShort }: TimeLeft): Round {
  const asked: Asked[] = [];
  let timer: NodeJS.Timeout | undefined;
  const put = (name: string, asks: (seat: Seat) => Asked): Asked | undefined => {
    const known = asked.find((each) => each.name === name);
    const seat = seats.get(name);
    if (known !== undefined || seat === undefined) return known;
    const one = asks(seat);
    asked.push(one);
    return one;
  };
  const hasTime = ({ tally }: Seat): boolean => !isShort || tally.p99Ms() <= leftMs();
  return {
    asked,
    shadow: (name) => void put(name, (seat) => askVariant(seat, rows)),
    contend: (name) =>
      put(name, (seat) => (hasTime(seat) ? askVariant(seat, rows) : notAsked(seat, 'needs more time'))),
    expireIn(ms) {
      if (asked.length > 0) timer = setTimeout(() => asked.forEach((each) => void each.expire()), Math.max(0, ms));
    },
    async over() {
      for (const each of asked) await each.done;
      clearTimeout(timer);
    },
  };
}

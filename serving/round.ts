import type { SharedTraffic } from './appliedTraffic.ts';
import { type Asked, askVariant, notAsked, type Seat } from './askVariant.ts';
import type { Deadlines } from './deadlines.ts';
import { expireAt } from './expireAt.ts';
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
  /** From now on time counts: who was chosen has until the end of the wait, the fallback and whoever scores beside until the deadline. */
  begin(): void;
  /** Ends when each has scored, failed, or its time is over. */
  over(): Promise<void>;
}

export function openRound(
  deadlines: Deadlines,
  { seats, traffic }: SharedTraffic,
  rows: RawRows,
  time: TimeLeft,
): Round {
  deadlines.callDue();
  const asked: Asked[] = [];
  let chosen: Asked | undefined;
  const takeBack: (() => void)[] = [];
  const put = (name: string, asks: (seat: Seat) => Asked): Asked | undefined => {
    const known = asked.find((each) => each.name === name);
    const seat = seats.get(name);
    if (known !== undefined || seat === undefined) return known;
    const one = asks(seat);
    asked.push(one);
    return one;
  };
  const hasTime = ({ tally }: Seat): boolean => !time.isShort || tally.p99Ms() <= time.leftMs();
  return {
    asked,
    shadow: (name) => void put(name, (seat) => askVariant(seat, rows)),
    contend(name) {
      const one = put(name, (seat) => (hasTime(seat) ? askVariant(seat, rows) : notAsked(seat, 'needs more time')));
      chosen ??= one;
      return one;
    },
    begin() {
      if (chosen !== undefined) takeBack.push(expireAt(deadlines, time, time.waitEndMs, [chosen]));
      const others = asked.length - (chosen === undefined ? 0 : 1) + traffic.fallback.length;
      if (others > 0) takeBack.push(expireAt(deadlines, time, time.endMs, asked));
    },
    async over() {
      for (const each of asked) await each.done;
      for (const back of takeBack) back();
    },
  };
}

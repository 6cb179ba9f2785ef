import { medianOf } from './spikeTest.ts';

/** How late the rows of one producer came by their own event times, milliseconds: negative is before their time. */
export interface ProducerOffset {
  readonly producer: string;
  readonly rows: number;
  readonly median: number;
  /** 95 % interval of the median. */
  readonly low: number;
  readonly high: number;
}

export interface ProducerClock extends ProducerOffset {
  /** How far its clock is behind what it is held to, milliseconds; negative is ahead. Null where nothing can be said of it. */
  readonly skew: number | null;
  readonly isOff: boolean;
}

/**
 * Whose clock is wrong: shown to be farther than `atMostMs` from the others'. All rows are late by what sending takes, some by
 * much, so medians are compared, and each producer has one vote however much it sends; of two in the middle that differ the
 * one nearer to this machine's clock is right. Of one producer alone late rows may have come a long way, but none come before
 * their time. In a replayed past event times tell nothing of this machine's clock: there two that differ are both told, and
 * of one alone nothing can be said.
 */
export function producerClocks(
  offsets: readonly ProducerOffset[],
  atMostMs: number,
  isReplayed: boolean,
): ProducerClock[] {
  return offsets.map((own) => {
    const right = (isReplayed ? rightInReplay : rightNow)(own, offsets);
    if (right === undefined) return { ...own, skew: null, isOff: false };
    const isOff = own.low - right > atMostMs || own.high - right < -atMostMs;
    return { ...own, skew: own.median - right, isOff };
  });
}

function rightNow(own: ProducerOffset, all: readonly ProducerOffset[]): number {
  if (all.length === 1) return Math.max(0, own.median);
  const sorted = all.map(({ median }) => median).sort((a, b) => a - b);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1] ?? 0, sorted[Math.floor(sorted.length / 2)] ?? 0];
  return Math.abs(low) <= Math.abs(high) ? low : high;
}

function rightInReplay(own: ProducerOffset, all: readonly ProducerOffset[]): number | undefined {
  const others = all.filter((other) => other !== own);
  return others.length === 0 ? undefined : medianOf((others.length === 1 ? others : all).map(({ median }) => median));
}

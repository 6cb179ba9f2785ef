/** How long requests may wait, in milliseconds. */
export interface QueueLimits {
  /** The longest wait while a queue stands. */
  readonly queueMs: number;
  /** The longest wait in a burst that will pass. */
  readonly burstMs: number;
}

/** What was seen of the queue over one stretch of time. */
export interface QueueLook {
  readonly leastWaitMs: number;
  readonly mostWaitMs: number;
  /** Share of the time in which there was nothing to do, 0 to 1. */
  readonly idle: number;
}

/** Milliseconds of one look. */
export const lookMs = 20;

/**
 * A process that rests for so much of its time is not overloaded, whatever single requests wait for. While a queue stands it takes more to
 * say so: whoever was turned away has to wait, and it is by that alone that the process may rest.
 */
const [rested, restedAgain] = [0.2, 0.5];

/**
 * Whether a queue stands: whether it is there without going away, which more waiting does not cure. It stands once even the
 * luckiest request of a look waited too long, and until nobody waits too long any more. After controlled delay (Nichols and
 * Jacobson, "Controlling Queue Delay", ACM Queue 10(5), 2012), with the two limits of Maurer, "Fail at Scale", ACM Queue
 * 13(8), 2015.
 */
export function queueStands(stood: boolean, look: QueueLook, { queueMs }: QueueLimits): boolean {
  if (look.idle > (stood ? restedAgain : rested)) return false;
  return (stood ? look.mostWaitMs : look.leastWaitMs) > queueMs;
}

/** How long a request may have waited and still be taken, in milliseconds. */
export function allowedWaitMs(stands: boolean, { queueMs, burstMs }: QueueLimits): number {
  return stands ? queueMs : Math.max(burstMs, queueMs);
}

/** How long requests may wait. */
export interface QueueLimits {
  /** The longest wait in milliseconds while a queue stands, or that of `queueRequests`, whichever is longer. */
  readonly queueMs: number;
  /** So many requests may always be waited for, however long one takes. */
  readonly queueRequests: number;
  /** The longest wait in milliseconds in a burst that will pass. */
  readonly burstMs: number;
}

/** What was seen of the queue over one stretch of time. */
export interface QueueLook {
  readonly leastWaitMs: number;
  readonly mostWaitMs: number;
  /** Share of the time in which there was nothing to do, 0 to 1. */
  readonly idle: number;
  /** What one request takes where none is turned away, in milliseconds. */
  readonly requestMs: number;
}

/** Milliseconds of one look. */
export const lookMs = 20;

/** A process that rests for so much of its time is not overloaded, whatever single requests wait for. */
const rested = 0.2;

/**
 * Whether a queue stands: whether it is there without going away, which more waiting does not cure. It stands once even the
 * luckiest request of a look waited too long, and until nobody waits too long any more. After controlled delay (Nichols and
 * Jacobson, "Controlling Queue Delay", ACM Queue 10(5), 2012), with the two limits of Maurer, "Fail at Scale", ACM Queue
 * 13(8), 2015.
 */
export function queueStands(stood: boolean, look: QueueLook, limits: QueueLimits): boolean {
  if (look.idle > rested) return false;
  return (stood ? look.mostWaitMs : look.leastWaitMs) > standingWaitMs(look.requestMs, limits);
}

/** How long a request may have waited and still be taken, in milliseconds. */
export function allowedWaitMs(stands: boolean, requestMs: number, limits: QueueLimits): number {
  const standing = standingWaitMs(requestMs, limits);
  return stands ? standing : Math.max(limits.burstMs, standing);
}

function standingWaitMs(requestMs: number, { queueMs, queueRequests }: QueueLimits): number {
  return Math.max(queueMs, queueRequests * requestMs);
}

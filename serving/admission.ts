import { allowedWaitMs, lookMs, type QueueLimits, queueStands } from '../core/queueDelay.ts';

/** Decides at a request's arrival whether it can be answered in time, before anything is done for it. */
export interface Admission {
  /** The longest that a request which is read now can have waited for this process, in milliseconds. */
  waitedMs(): number;
  /** Since when a request that was read now has been there at least, of the loop's clock: the beginning of this turn. */
  arrivedMs(): number;
  /** Whether a request that waited so long is taken. One that is not is to be answered at once, as cheaply as can be. */
  takes(waitedMs: number): boolean;
  /** A request that was taken is under way from `began` to `ended`. */
  began(): void;
  ended(): void;
  readonly underWay: number;
  /** Requests that were not taken. */
  readonly shed: number;
  /** Whether more comes than can be answered. */
  readonly overloaded: boolean;
}

export interface AdmissionLimits extends QueueLimits {
  /** Most requests under way at once. */
  readonly concurrency: number;
  /** So many requests are no queue, however long one takes. */
  readonly queueRequests: number;
}

/** The turns of this process's event loop. */
export interface EventLoop {
  readonly nowMs: () => number;
  /** Milliseconds since the start in which there was nothing to do. */
  readonly idleMs: () => number;
  /** Calls back once all is read that had come when this turn began. */
  readonly afterTurn: (call: () => void) => void;
}

const ownLoop: EventLoop = {
  nowMs: () => performance.now(),
  idleMs: () => performance.eventLoopUtilization().idle,
  afterTurn: (call) => void setImmediate(call),
};

/**
 * Requests wait outside of this process, in the buffers of their sockets, until the event loop comes to them. A turn of it takes
 * up all that have come, one by one; so a request that is read some time after the turn began has waited for at least that
 * long, and, where the loop did not rest before the turn, at most for the turn before it as well.
 */
export function openAdmission({ concurrency, queueRequests, ...limits }: AdmissionLimits, loop = ownLoop): Admission {
  const { nowMs, idleMs, afterTurn } = loop;
  let [underWay, shed, stands] = [0, 0, false];
  let turn: Turn = { beganMs: 0, waitingSinceMs: 0, idleMs: 0, ahead: 0, requests: 0, open: false };
  let look = newLook(nowMs(), idleMs());
  const endTurn = (): void => {
    turn.open = false;
  };
  const beginTurn = (now: number): void => {
    const idle = idleMs();
    const rested = idle - turn.idleMs > restMs;
    const [waitingSinceMs, ahead] = rested ? [now, 0] : [turn.beganMs, turn.requests];
    turn = { beganMs: now, waitingSinceMs, idleMs: idle, ahead, requests: 0, open: true };
    afterTurn(endTurn);
  };
  const endLook = (now: number): void => {
    const idle = idleMs();
    stands = queueStands(stands, { ...look, idle: (idle - look.idleMs) / (now - look.beganMs) }, limits);
    look = newLook(now, idle);
  };
  return {
    waitedMs() {
      const now = nowMs();
      if (!turn.open) beginTurn(now);
      if (now - look.beganMs > lookMs) endLook(now);
      turn.requests += 1;
      return now - turn.waitingSinceMs;
    },
    arrivedMs: () => (turn.open ? turn.beganMs : nowMs()),
    takes(waited) {
      // Behind a few it waits for the machine, or for requests that take long, and turning it away would help nobody.
      const queuedMs = turn.ahead + turn.requests > queueRequests ? waited : 0;
      look.leastWaitMs = Math.min(look.leastWaitMs, queuedMs);
      look.mostWaitMs = Math.max(look.mostWaitMs, queuedMs);
      const taken = underWay < concurrency && queuedMs <= allowedWaitMs(stands, limits);
      if (!taken) shed += 1;
      return taken;
    },
    began() {
      underWay += 1;
    },
    ended() {
      underWay -= 1;
    },
    get underWay() {
      return underWay;
    },
    get shed() {
      return shed;
    },
    get overloaded() {
      return stands;
    },
  };
}

/** A loop that found something to do at once has looked for it all the same. */
const restMs = 0.05;

interface Turn {
  readonly beganMs: number;
  /** Since when a request that is read in this turn may have been there. */
  readonly waitingSinceMs: number;
  readonly idleMs: number;
  /** Requests of the turn before, while which those of this one came. */
  readonly ahead: number;
  requests: number;
  open: boolean;
}

interface Look {
  readonly beganMs: number;
  readonly idleMs: number;
  leastWaitMs: number;
  mostWaitMs: number;
}

function newLook(beganMs: number, idleMs: number): Look {
  return { beganMs, idleMs, leastWaitMs: Number.POSITIVE_INFINITY, mostWaitMs: 0 };
}

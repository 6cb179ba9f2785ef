/** Refusals that are still to be told. */
export interface HeldRefusals<Caller> {
  hold(caller: Caller, told: () => void): void;
  /** Tells a caller what is held for it, at once: something else follows there. */
  tell(caller: Caller): void;
}

/** Milliseconds for which a refusal is held at least. */
const heldMs = 20;
/** So that not all of them go out in one turn of the event loop, before answers. */
const betweenMs = 1;
/** So many are told in a millisecond at most: with what it takes to read the next one, a fifth of the time of the processor. */
const toldPerMs = 8;

/** What keeps the time; tests have one of their own. */
export interface HoldClock {
  readonly nowMs: () => number;
  readonly after: (ms: number, call: () => void) => unknown;
}

const ownClock: HoldClock = { nowMs: () => performance.now(), after: (ms, call) => setTimeout(call, ms) };

/**
 * Who asks again at once takes a whole core to be refused as often as it can ask, and has to wait for its answer here. It waits the longer
 * the more they are, so that most of the time is left for answers however many ask.
 */
export function openHeldRefusals<Caller>({ nowMs, after }: HoldClock = ownClock): HeldRefusals<Caller> {
  /** In the order in which they fall due. */
  const held = new Map<Caller, { readonly told: () => void; readonly dueMs: number }>();
  let isWaiting = false;
  let toldMs = 0;
  const tell = (caller: Caller): void => {
    const refusal = held.get(caller);
    held.delete(caller);
    refusal?.told();
  };
  const tellDue = (): void => {
    const now = nowMs();
    let left = Math.ceil(toldPerMs * Math.min(heldMs, now - toldMs));
    toldMs = now;
    for (const [caller, { dueMs }] of held) {
      if (dueMs > now || left <= 0) break;
      left -= 1;
      tell(caller);
    }
    isWaiting = held.size > 0;
    if (isWaiting) after(betweenMs, tellDue);
  };
  return {
    hold(caller, told) {
      held.set(caller, { told, dueMs: nowMs() + heldMs });
      if (!isWaiting) after(heldMs, tellDue);
      isWaiting = true;
    },
    tell,
  };
}

/** Refusals that are still to be told. */
export interface HeldRefusals<Caller> {
  hold(caller: Caller, told: () => void): void;
  /** Tells a caller what is held for it, at once: something else follows there. */
  tell(caller: Caller): void;
}

/** Milliseconds for which a refusal is held. */
const heldMs = 20;
/** So that not all of them go out in one turn of the event loop, before answers. */
const betweenMs = 2;

/** Who asks again at once takes a whole core to be refused as often as it can ask, and has to wait for its answer here. */
export function openHeldRefusals<Caller>(): HeldRefusals<Caller> {
  /** In the order in which they fall due. */
  const held = new Map<Caller, { readonly told: () => void; readonly dueMs: number }>();
  let timer: NodeJS.Timeout | undefined;
  const tell = (caller: Caller): void => {
    const refusal = held.get(caller);
    held.delete(caller);
    refusal?.told();
  };
  const tellDue = (): void => {
    const now = performance.now();
    for (const [caller, { dueMs }] of held) {
      if (dueMs > now) break;
      tell(caller);
    }
    timer = held.size > 0 ? setTimeout(tellDue, betweenMs) : undefined;
  };
  return {
    hold(caller, told) {
      held.set(caller, { told, dueMs: performance.now() + heldMs });
      if (timer === undefined) timer = setTimeout(tellDue, heldMs);
    },
    tell,
  };
}

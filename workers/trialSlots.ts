import type { ActivitySlotInfo, CustomSlotSupplier, SlotPermit, TunerHolder } from '@temporalio/worker';
import type { TrialPool } from '../models/trialPool.ts';

/**
 * Slots of a trainer worker: as many as its pool has processes, and one more for each group that is about to end, so that
 * the next one has come by then. A slot is held while the server is asked for work, and until the work is done.
 */
export function trialSlots(pool: Pick<TrialPool, 'ending' | 'onEnding'>, processes: number): TunerHolder {
  const waiting = new Set<() => void>();
  let held = 0;
  const isFree = (): boolean => held < processes + pool.ending();
  const take = (): SlotPermit => {
    held += 1;
    return {};
  };
  const giveOut = (): void => {
    for (const give of waiting) {
      if (!isFree()) return;
      waiting.delete(give);
      give();
    }
  };
  pool.onEnding(giveOut);
  const supplier: CustomSlotSupplier<ActivitySlotInfo> = {
    type: 'custom',
    reserveSlot(_, signal) {
      const slot = Promise.withResolvers<SlotPermit>();
      const give = (): void => slot.resolve(take());
      waiting.add(give);
      signal.addEventListener('abort', () => waiting.delete(give) && slot.reject(signal.reason), { once: true });
      giveOut();
      return slot.promise;
    },
    tryReserveSlot: () => (isFree() ? take() : null),
    markSlotUsed() {},
    releaseSlot() {
      held -= 1;
      giveOut();
    },
  };
  const none = { type: 'fixed-size', numSlots: 1 } as const;
  return {
    activityTaskSlotSupplier: supplier,
    workflowTaskSlotSupplier: none,
    localActivityTaskSlotSupplier: none,
    nexusTaskSlotSupplier: none,
  };
}

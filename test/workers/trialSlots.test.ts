import type { ActivitySlotInfo, CustomSlotSupplier, SlotPermit, SlotReserveContext } from '@temporalio/worker';
import { expect, test } from 'vitest';
import { trialSlots } from '../../workers/trialSlots.ts';

const context: SlotReserveContext = {
  ...{ slotType: 'activity', taskQueue: 'trials', workerIdentity: 'me', workerBuildId: '', isSticky: false },
};
const never = new AbortController().signal;

test('there are as many slots as processes, and one more while a group is about to end', async () => {
  const { slots, given, pool } = opened(2);
  const asked = [1, 2, 3, 4].map(() => slots.reserveSlot(context, never).then(given));
  await Promise.all(asked.slice(0, 2));
  expect(given.count).toBe(2);
  pool.begin();
  await asked[2];
  expect(given.count).toBe(3);
  // What ended gives its slot back: the one ahead takes its place.
  pool.end();
  slots.releaseSlot({ permit: {} });
  expect(slots.tryReserveSlot(context)).toBeNull();
  expect(given.count).toBe(3);
  slots.releaseSlot({ permit: {} });
  await asked[3];
});

test('who no longer waits for a slot takes none', async () => {
  const { slots } = opened(1);
  const permit = await slots.reserveSlot(context, never);
  const [leaving, reason] = [new AbortController(), new Error('no longer needed')];
  const left = slots.reserveSlot(context, leaving.signal);
  const stays = slots.reserveSlot(context, never);
  leaving.abort(reason);
  await expect(left).rejects.toBe(reason);
  slots.releaseSlot({ permit });
  await stays;
  expect(slots.tryReserveSlot(context)).toBeNull();
  slots.releaseSlot({ permit });
  expect(slots.tryReserveSlot(context)).not.toBeNull();
});

function opened(processes: number) {
  let ending = 0;
  let tell = (): void => {};
  const pool = {
    ending: () => ending,
    onEnding: (listener: () => void) => {
      tell = listener;
    },
    begin(): void {
      ending += 1;
      tell();
    },
    end(): void {
      ending -= 1;
    },
  };
  const { activityTaskSlotSupplier: slots } = trialSlots(pool, processes);
  const given = Object.assign(
    (_: SlotPermit): void => {
      given.count += 1;
    },
    { count: 0 },
  );
  return { slots: slots as CustomSlotSupplier<ActivitySlotInfo>, pool, given };
}

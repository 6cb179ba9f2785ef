import { proxyActivities } from '@temporalio/workflow';

const { noop } = proxyActivities<{ noop(): Promise<void> }>({ startToCloseTimeout: '10 seconds' });

/** So many durable steps that do nothing, one after the other. */
export async function steps({ count }: { readonly count: number }): Promise<void> {
  for (let step = 0; step < count; step += 1) await noop();
}

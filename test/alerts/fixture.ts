import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAlertActivities } from '../../activities/alerts.ts';
import type { FindingState, Look, MonitorFinding } from '../../core/look.ts';
import type { Plan } from '../../core/plan.ts';
import type { AlertPlan, WatchPlan } from '../../core/watchPlan.ts';
import { readAlertLog } from '../../registry/alertLog.ts';
import { localDisk } from '../../storage/localDisk.ts';
import { createJson } from '../../storage/objects.ts';
import { openReceiver } from './receiver.ts';

export const pipeline = 'flight-delays';
/** `whsec_` and 24 bytes in base64. */
export const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
export const stale: AlertPlan = { name: 'stale', on: ['staleness'], severity: 'page', after: 1, until: 1 };

const noon = Date.parse('2001-03-15T12:00:00.000Z');
export const lookAt = (index: number): string => new Date(noon + index * 300_000).toISOString();

export type AlertWorkbench = Awaited<ReturnType<typeof openAlertWorkbench>>;

/** A store, a real receiver, and the activities between them, for a pipeline whose plan has these rules. */
export async function openAlertWorkbench(...alerts: AlertPlan[]) {
  const folder = await mkdtemp(join(tmpdir(), 'whet-alerts-'));
  const [store, receiver] = [localDisk(folder), await openReceiver()];
  const watch: WatchPlan = {
    ...{ everyMs: 300_000, falseAlarms: 0.01, alerts: alerts.length === 0 ? [stale] : alerts },
    monitors: [{ kind: 'staleness', id: 'tables', overMs: 1, leastRows: 0, atMostMs: 3_600_000 }],
    receivers: [{ kind: 'webhook', name: 'ops', url: receiver.url, secret: 'env:WHET_TEST_SECRET' }],
  };
  // All that alerts read of a plan.
  const plans = new Map([[pipeline, { watch } as Plan]]);
  await createJson(store, 'plans/plan-1.json', { watch });
  const activities = createAlertActivities({ store, plans, clock: () => noon });
  process.env.WHET_TEST_SECRET = secret;
  return {
    ...{ folder, store, receiver, plans, activities },
    look: (index: number, found: Readonly<Record<string, FindingState>>) =>
      activities.raiseAlerts({ pipeline, look: lookOf(index, found) }),
    events: async () => (await readAlertLog(store, pipeline)).map(({ entry }) => entry.event),
    async close() {
      delete process.env.WHET_TEST_SECRET;
      await receiver.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function lookOf(index: number, found: Readonly<Record<string, FindingState>>): Look {
  const findings = Object.entries(found).map(([about, state]) => findingOf(about, state, index));
  return { format: 1, pipeline, at: lookAt(index), plan: 'plan-1', champion: null, findings };
}

function findingOf(about: string, state: FindingState, index: number): MonitorFinding {
  const window = { from: lookAt(index - 1), to: lookAt(index), rows: 7, value: 2, limit: 1 };
  return {
    monitor: 'tables',
    kind: 'staleness',
    about,
    state,
    ...window,
    text: `${about} is ${state}: 2 hours, at most 1`,
  };
}

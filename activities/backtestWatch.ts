import type { ReplayedAlert, ReplayedLook } from '../core/backtest.ts';
import { type Look, outcomeOf } from '../core/look.ts';
import { readAlertLog } from '../registry/alertLog.ts';
import { looksBetween } from '../registry/looks.ts';
import type { ObjectStore } from '../storage/objectStore.ts';

/** The alerts of a track, in the order in which they fired. `store` is the track's. */
export async function replayedAlerts(store: ObjectStore, pipeline: string): Promise<ReplayedAlert[]> {
  const log = await readAlertLog(store, pipeline);
  const alerts = new Map<number, ReplayedAlert>();
  for (const { entry } of log) {
    const { event, at } = entry;
    if (event.kind !== 'fired' && event.kind !== 'updated' && event.kind !== 'resolved') continue;
    const { alert, rule, severity } = event;
    const before = alerts.get(alert) ?? { rule, severity, firedAt: at, resolvedAt: null, about: [] };
    const about = [...before.about, ...event.parts.map(({ finding }) => `${finding.monitor}: ${finding.about}`)];
    const resolvedAt = event.kind === 'resolved' ? at : null;
    alerts.set(alert, { ...before, resolvedAt, about: [...new Set(about)] });
  }
  return [...alerts.values()];
}

/** Of each look at [fromMs, toMs) what was off, and how much there was of the rest. */
export async function replayedLooks(
  store: ObjectStore,
  pipeline: string,
  fromMs: number,
  toMs: number,
): Promise<ReplayedLook[]> {
  const looks = await looksBetween(store, pipeline, fromMs, toMs);
  return looks.map((look) => ({ at: look.at, counts: outcomeOf(look).counts, off: offIn(look) }));
}

function offIn({ findings }: Look): ReplayedLook['off'] {
  const off = findings.filter(({ state }) => state === 'off');
  return off.map(({ monitor, about, text }) => ({ monitor, about, text }));
}

import { type Retention, youngEnough } from '../core/retention.ts';
import { alertHead, appendAlert, requireEntry } from '../registry/alertLog.ts';
import type { ObjectStore, StoredEntry } from '../storage/objectStore.ts';

/** With fewer entries that are old a log is left as it is: each cut is an entry. */
const fewest = 100;

/**
 * Says in each log of alerts from where on it is kept, with the hash of the entry before: what is left can be held to its
 * chain, and what comes before goes with the sweep. What a receiver waits for stays. Throws as `appendAlert`.
 */
export async function cutAlerts(store: ObjectStore, retention: Retention, nowMs: number): Promise<void> {
  for (const [pipeline, log] of alertLogs(await store.entries('alerts/'))) {
    const { entry: head } = (await alertHead(store, pipeline)) ?? {};
    if (head === undefined) continue;
    const { alerts, start } = head.standing;
    const kept = [
      ...youngEnough(log, 'alerts', retention, nowMs).map(({ n }) => n),
      ...alerts.flatMap(({ waiting }) => Object.values(waiting).flat()),
    ];
    const begins = kept.reduce((least, n) => Math.min(least, n), head.n);
    if (begins - (start?.begins ?? 1) < fewest) continue;
    const { digest: previous } = await requireEntry(store, pipeline, begins - 1);
    const why = 'retention.json keeps alerts no longer';
    const event = { kind: 'cut', begins, previous } as const;
    await appendAlert(store, pipeline, () => ({ event, who: 'upkeep', why, at: new Date(nowMs).toISOString() }));
  }
}

export interface LoggedAlert extends StoredEntry {
  readonly n: number;
}

/** The entries of each pipeline's log, by the pipeline. */
export function alertLogs(entries: readonly StoredEntry[]): Map<string, LoggedAlert[]> {
  const logs = new Map<string, LoggedAlert[]>();
  for (const entry of entries) {
    const [, pipeline, n] = /^alerts\/([^/]+)\/(\d+)\.json$/.exec(entry.key) ?? [];
    if (pipeline === undefined) continue;
    const log = logs.get(pipeline) ?? [];
    log.push({ ...entry, n: Number(n) });
    logs.set(pipeline, log);
  }
  return logs;
}

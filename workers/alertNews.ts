import type { AlertEntry } from '../core/alert.ts';
import { alertEventText } from '../core/alertText.ts';
import { alertHead, requireEntry } from '../registry/alertLog.ts';
import type { ObjectStore } from '../storage/objectStore.ts';

/** What happened to the alerts of a pipeline since it was asked last, oldest first; nothing the first time. */
export function alertNews(store: ObjectStore): (pipeline: string) => Promise<string[]> {
  const seen = new Map<string, number>();
  return async (pipeline) => {
    const newest = (await alertHead(store, pipeline))?.entry.n ?? 0;
    const known = seen.get(pipeline) ?? newest;
    const numbers = Array.from({ length: newest - known }, (_, at) => known + at + 1);
    const entries = await Promise.all(numbers.map((n) => requireEntry(store, pipeline, n)));
    seen.set(pipeline, newest);
    return entries.flatMap(({ entry }) =>
      isNews(entry) ? [`${pipeline} ${alertEventText(entry.event)}: ${entry.why}`] : [],
    );
  };
}

/** Counting and cutting is no news, nor is that somebody was told: that somebody was not, is. */
function isNews({ event }: AlertEntry): boolean {
  return event.kind !== 'counted' && event.kind !== 'cut' && event.kind !== 'told';
}

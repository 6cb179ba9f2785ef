import { condition, defineSignal, proxyActivities, setHandler } from '@temporalio/workflow';
import type { PipelineActivities } from '../activities/activities.ts';
import type { Notice } from '../core/alert.ts';
import { checkNotice } from '../core/checkNotice.ts';
import { type Telling, waitBeforeTelling } from '../core/telling.ts';
import { durationText } from '../core/time.ts';
import { brief } from './activityOptions.ts';
import { checkedInput } from './refuse.ts';
import { openStory } from './story.ts';

const { tell, endNotice } = proxyActivities<PipelineActivities>(brief);

/** A person's word that the receiver is well again: the next attempt is made at once. */
export const tryNow = defineSignal('tryNow');

export interface Notified {
  /** `known`: another told it before. */
  readonly outcome: 'told' | 'untold' | 'known';
  readonly attempts: number;
  readonly why: string;
}

/** Tells one receiver of one entry of the log of alerts, for as long as there is hope, and writes down what came of it. */
export async function notify(given: Notice): Promise<Notified> {
  let isSaid = false;
  const said = (): void => {
    isSaid = true;
  };
  setHandler(tryNow, said, { description: 'Makes the next attempt at once' });

  const notice = checkedInput(() => checkNotice(given));
  const story = openStory(`entry ${notice.entry} of the alerts of ${notice.pipeline}, to ${notice.receiver}`);
  const startedAt = Date.now();
  for (let attempts = 1; ; attempts += 1) {
    story.doing(`attempt ${attempts}`);
    const telling = await tell.executeWithOptions({ summary: `attempt ${attempts}` }, [notice]);
    if (telling.outcome === 'known') return ended({ outcome: 'known', attempts, why: telling.why });
    const waitMs = waitOf(telling, attempts, Date.now() - startedAt);
    if (waitMs === null) return ended(await written(notice, telling, attempts));
    story.done(`attempt ${attempts}: ${telling.why}; again in ${durationText(Math.ceil(waitMs / 1_000) * 1_000)}`);
    await condition(() => isSaid, waitMs);
    isSaid = false;
  }

  function ended(end: Notified): Notified {
    story.end(`${end.outcome}: ${end.why}`);
    return end;
  }
}

/** Null: nothing more is tried. */
function waitOf({ outcome, afterMs }: Telling, attempts: number, spentMs: number): number | null {
  const mayPass = outcome === 'failed' || outcome === 'in turn';
  return mayPass ? waitBeforeTelling(attempts, spentMs, afterMs) : null;
}

async function written(notice: Notice, { outcome, why }: Telling, attempts: number): Promise<Notified> {
  const end = { outcome: outcome === 'told' ? 'told' : 'untold', attempts, why } as const;
  await endNotice({ notice, kind: end.outcome, why: `${why}, attempt ${attempts}` });
  return end;
}

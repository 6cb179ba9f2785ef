import { allHandlersFinished, condition, continueAsNew, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { PipelineActivities } from '../activities/activities.ts';
import { nextTurn, type ReleaseState, waitingText } from '../core/releaseMessages.ts';
import { brief } from './activityOptions.ts';
import { type Answered, openReception, type Reception } from './reception.ts';
import { failureOf, isCancelled } from './refuse.ts';
import { openDesk, type ReleaseDesk } from './releaseDesk.ts';
import { takeTurn } from './releaseTurn.ts';
import { receiveWords } from './releaseWords.ts';
import { openStory } from './story.ts';

export interface ReleaseInput {
  readonly pipeline: string;
  /** Messages after which the entity starts a new history; 500 when left out. */
  readonly messagesPerHistory?: number;
  /** What the history before left to do, and which updates it answered. */
  readonly carried?: Carried;
}

interface Carried {
  readonly left: Pick<ReleaseState, 'ordered' | 'waiting' | 'refresh' | 'last' | 'paused'>;
  readonly answered: readonly Answered[];
}

/** Tried for as long as it takes: a release that does not know of a pause must not begin. */
const { openRelease } = proxyActivities<PipelineActivities>({
  ...brief,
  retry: { ...brief.retry, maximumAttempts: Number.POSITIVE_INFINITY },
});

/**
 * The one who releases a pipeline's versions: one rollout at a time, a newer candidate replaces the one that waits, a
 * person's word goes before both. It holds no truth: the ledger says who answers, who approved, what is paused and which
 * candidate waits.
 */
export async function release(input: ReleaseInput): Promise<void> {
  const { pipeline, messagesPerHistory = 500, carried } = input;
  const desk = openDesk(pipeline, carried?.left, openStory(`Releases of ${pipeline}`));
  const reception = openReception(carried?.answered);
  receiveWords(desk, reception.taking);
  if (carried === undefined) await takeUp(desk);
  // A word that came before, such as a pause, goes before what the ledger left to do.
  await reception.open();

  const mayContinue = (): boolean =>
    (reception.messages() >= messagesPerHistory || workflowInfo().continueAsNewSuggested) && allHandlersFinished();
  for (;;) {
    const told = waitingText(desk.now);
    desk.story.doing(told);
    await condition(() => nextTurn(desk.now) !== null || waitingText(desk.now) !== told || mayContinue());
    // Between this look and the new history nothing is awaited, so nothing that a message asks for is left behind.
    if (mayContinue()) break;
    await takeTurn(desk);
  }
  await continueAsNew<typeof release>({ pipeline, messagesPerHistory, carried: carriedOn(desk, reception) });
}

/** Where the ledger itself cannot be read nothing is taken up, and each word is refused for the same reason. */
async function takeUp({ now, story }: ReleaseDesk): Promise<void> {
  try {
    Object.assign(now, await openRelease({ pipeline: now.pipeline }));
  } catch (error) {
    if (isCancelled()) throw error;
    story.done(`the ledger is not taken up: ${failureOf(error).message}`);
  }
}

function carriedOn({ now }: ReleaseDesk, reception: Reception): Carried {
  const { ordered, waiting, refresh, last, paused } = now;
  const left = { ordered, waiting, ...(refresh && { refresh }), last, paused };
  return { left, answered: reception.answered() };
}

import {
  allHandlersFinished,
  condition,
  continueAsNew,
  currentUpdateInfo,
  defineQuery,
  defineUpdate,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import {
  checkNotUnderway,
  checkPersonInput,
  checkSubmitInput,
  type PersonInput,
  type ReleaseState,
  type SubmitInput,
} from '../core/releaseMessages.ts';
import { checkedInput } from './refuse.ts';
import { type ReleaseDesk, takeCandidate, takeOrder, takeReference, takeRejection } from './releaseDesk.ts';
import { takeTurn } from './releaseTurn.ts';
import { openStory } from './story.ts';

export interface ReleaseInput {
  readonly pipeline: string;
  /** Messages after which the entity starts a new history; 500 when left out. */
  readonly messagesPerHistory?: number;
  /** What the history before left to do, and which updates it answered. */
  readonly carried?: Carried;
}

interface Carried {
  readonly left: Pick<ReleaseState, 'ordered' | 'waiting' | 'last'>;
  readonly answered: readonly Answered[];
}

/** An update's id, and the version that was its answer. */
type Answered = readonly [id: string, version: number];

interface Answer {
  readonly version: number;
}

export const submit = defineUpdate<Answer, [SubmitInput]>('submit');
export const promote = defineUpdate<Answer, [PersonInput]>('promote');
export const rollback = defineUpdate<Answer, [PersonInput | undefined]>('rollback');
export const reject = defineUpdate<Answer, [PersonInput]>('reject');
export const reference = defineUpdate<Answer, [PersonInput]>('reference');
export const state = defineQuery<ReleaseState>('state');

/** The server knows an update that is sent twice within a history only; these many are known over histories. */
const answersKept = 1_000;

/**
 * The one who releases a pipeline's versions: one rollout at a time, a newer candidate replaces the one that waits, a
 * person's word goes before both. It holds no truth: who answers stands in the ledger.
 */
export async function release(input: ReleaseInput): Promise<void> {
  const { pipeline, messagesPerHistory = 500, carried } = input;
  const left = { ordered: null, waiting: null, last: null, ...carried?.left };
  const desk: ReleaseDesk = { now: { pipeline, underway: null, ...left }, story: openStory(`Releases of ${pipeline}`) };
  const answered = new Map<string, number>(carried?.answered);
  let messages = 0;

  const once =
    <Input>(take: (input: Input) => Promise<number>) =>
    async (input: Input): Promise<Answer> => {
      messages += 1;
      const id = currentUpdateInfo()?.id ?? '';
      const version = answered.get(id) ?? (await take(input));
      answered.set(id, version);
      return { version };
    };
  receive(desk, once);

  const hasWork = (): boolean => desk.now.ordered !== null || desk.now.waiting !== null;
  const mayContinue = (): boolean =>
    (messages >= messagesPerHistory || workflowInfo().continueAsNewSuggested) && allHandlersFinished();
  for (;;) {
    desk.story.doing('waiting for a candidate or a word');
    await condition(() => hasWork() || mayContinue());
    // Between this look and the new history nothing is awaited, so nothing that a message asks for is left behind.
    if (mayContinue()) break;
    await takeTurn(desk);
  }
  await continueAsNew<typeof release>({ pipeline, messagesPerHistory, carried: carriedOn(desk, answered) });
}

function receive(desk: ReleaseDesk, once: <I>(take: (input: I) => Promise<number>) => (input: I) => Promise<Answer>) {
  const { now } = desk;
  const refusing = (check: () => unknown) => void checkedInput(check);
  setHandler(state, () => now, { description: 'What is being rolled out, and what waits' });
  setHandler(
    submit,
    once((input: SubmitInput) => takeCandidate(desk, input)),
    {
      description: 'A candidate of a run',
      validator: (input) => refusing(() => checkSubmitInput(input, now.pipeline)),
    },
  );
  setHandler(
    promote,
    once((input: PersonInput) => takeOrder(desk, 'promoted', input)),
    {
      description: 'Put a version in charge: {"version": 3, "who": "ana", "why": "…"}',
      validator: (input) => refusing(() => checkPersonInput(input, { needsVersion: true })),
    },
  );
  setHandler(
    rollback,
    once((input: PersonInput | undefined) => takeOrder(desk, 'rolled back', input ?? {})),
    {
      description: 'Go back: {"who": "ana", "why": "…"}, to the version before or the one named',
      validator: (input) => refusing(() => checkPersonInput(input, { needsVersion: false })),
    },
  );
  setHandler(
    reference,
    once((input: PersonInput) => takeReference(desk, input)),
    {
      description: 'Anchor the gate at a version: {"version": 3, "who": "ana", "why": "…"}',
      validator: (input) => refusing(() => checkPersonInput(input, { needsVersion: true })),
    },
  );
  setHandler(
    reject,
    once((input: PersonInput) => takeRejection(desk, input)),
    {
      description: 'Turn a version down: {"version": 3, "who": "ana", "why": "…"}',
      validator: (input) =>
        refusing(() => checkNotUnderway(checkPersonInput(input, { needsVersion: true }).version, now.underway)),
    },
  );
}

function carriedOn({ now }: ReleaseDesk, answered: ReadonlyMap<string, number>): Carried {
  const { ordered, waiting, last } = now;
  return { left: { ordered, waiting, last }, answered: [...answered].slice(-answersKept) };
}

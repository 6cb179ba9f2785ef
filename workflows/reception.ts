import { condition, currentUpdateInfo } from '@temporalio/workflow';
import type { Taking } from './releaseWords.ts';

/** An update's id, and what was its answer. */
export type Answered = readonly [id: string, version: number | null];

/** Where words come in, each taken once. */
export interface Reception {
  readonly taking: Taking;
  /** How many have come. */
  messages(): number;
  /** Words that came before wait for this; ends when they are taken. */
  open(): Promise<void>;
  /** For the next history. */
  answered(): readonly Answered[];
}

/** The server knows an update that is sent twice within a history only; these many are known over histories. */
const answersKept = 1_000;

/** A reception that is closed until `open`, with what earlier histories answered. */
export function openReception(before: readonly Answered[] = []): Reception {
  const answered = new Map<string, number | null>(before);
  let [messages, early, isOpen] = [0, 0, false];

  const takeOnce = async (take: () => Promise<number | null>): Promise<{ version: number | null }> => {
    const id = currentUpdateInfo()?.id;
    const known = id === undefined ? undefined : answered.get(id);
    const version = known === undefined ? await take() : known;
    if (id !== undefined) answered.set(id, version);
    return { version };
  };
  return {
    async taking(take) {
      messages += 1;
      if (isOpen) return takeOnce(take);
      early += 1;
      await condition(() => isOpen);
      return takeOnce(take).finally(() => {
        early -= 1;
      });
    },
    messages: () => messages,
    async open() {
      isOpen = true;
      await condition(() => early === 0);
    },
    answered: () => [...answered].slice(-answersKept),
  };
}

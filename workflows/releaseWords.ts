import type { UpdateDefinition } from '@temporalio/common';
import { defineQuery, defineSignal, defineUpdate, type SignalDefinition, setHandler } from '@temporalio/workflow';
import {
  type ApprovalInput,
  checkApprovalInput,
  checkPauseInput,
  checkPersonInput,
  checkSubmitInput,
  type PauseInput,
  type PersonInput,
  type ReleaseState,
  type SubmitInput,
} from '../core/releaseMessages.ts';
import { checkTrafficInput, type TrafficInput, trafficExample } from '../core/trafficInput.ts';
import { checkedInput, failureOf } from './refuse.ts';
import {
  type ReleaseDesk,
  takeApproval,
  takeCandidate,
  takeOrder,
  takePause,
  takeReference,
  takeRejection,
  takeTraffic,
} from './releaseDesk.ts';

export interface Answer {
  /** The version that the word was about; null: the whole pipeline. */
  readonly version: number | null;
}

type Word<Input> = UpdateDefinition<Answer, [Input]>;

export const submit: Word<SubmitInput> = defineUpdate('submit');
export const approve: Word<ApprovalInput> = defineUpdate('approve');
export const reject: Word<PersonInput> = defineUpdate('reject');
export const promote: Word<PersonInput> = defineUpdate('promote');
export const rollback: Word<PersonInput | undefined> = defineUpdate('rollback');
export const reference: Word<PersonInput> = defineUpdate('reference');
export const traffic: Word<TrafficInput> = defineUpdate('traffic');
export const pause: Word<PauseInput | undefined> = defineUpdate('pause');
export const resume: Word<PauseInput | undefined> = defineUpdate('resume');
export const state = defineQuery<ReleaseState>('state');

/** Lets a word be taken in its turn, at most once. */
export type Taking = (take: () => Promise<number | null>) => Promise<Answer>;

interface Reception<Input> {
  readonly word: Word<Input>;
  /** What it does and what to send, for the Web UI. */
  readonly description: string;
  check(input: unknown): unknown;
  take(desk: ReleaseDesk, input: Input): Promise<number | null>;
}

/**
 * Each word is an update, which answers or refuses with a code, and a signal of the same name for forms that send nothing
 * else: the details tab then tells what came of it.
 */
export function receiveWords(desk: ReleaseDesk, taking: Taking): void {
  setHandler(state, () => desk.now, { description: 'What is being rolled out, what waits, and whether it is paused' });
  receive(desk, taking, {
    word: submit,
    description: 'A candidate of a run',
    check: (input) => checkSubmitInput(input, desk.now.pipeline),
    take: takeCandidate,
  });
  receive(desk, taking, {
    word: approve,
    description: 'Let a version go: {"version": 3, "who": "ana", "role": "risk", "why": "…"}',
    check: checkApprovalInput,
    take: takeApproval,
  });
  receive(desk, taking, {
    word: reject,
    description: 'Turn a version down, and stop its rollout: {"version": 3, "who": "ana", "why": "…"}',
    check: (input) => checkPersonInput(input, { needsVersion: true }),
    take: takeRejection,
  });
  receive(desk, taking, {
    word: promote,
    description: 'Put a version in charge: {"version": 3, "who": "ana", "why": "…"}',
    check: (input) => checkPersonInput(input, { needsVersion: true }),
    take: (to, input) => takeOrder(to, 'promoted', input),
  });
  receive(desk, taking, {
    word: rollback,
    description: 'Stop the rollout, else go back: {"who": "ana", "why": "…"}, or to the version named',
    check: (input) => checkPersonInput(input, { needsVersion: false }),
    take: (to, input) => takeOrder(to, 'rolled back', input ?? {}),
  });
  receive(desk, taking, {
    word: reference,
    description: 'Anchor the gate at a version: {"version": 3, "who": "ana", "why": "…"}',
    check: (input) => checkPersonInput(input, { needsVersion: true }),
    take: takeReference,
  });
  receive(desk, taking, {
    word: traffic,
    description: `Share requests among versions: ${trafficExample}; "traffic": null ends it`,
    check: checkTrafficInput,
    take: takeTraffic,
  });
  receive(desk, taking, {
    word: pause,
    description: 'Hold rollouts back: {"who": "ana", "why": "…"}',
    check: checkPauseInput,
    take: (to, input) => takePause(to, 'paused', input ?? {}),
  });
  receive(desk, taking, {
    word: resume,
    description: 'Go on after a pause: {"who": "ana", "why": "…"}',
    check: checkPauseInput,
    take: (to, input) => takePause(to, 'resumed', input ?? {}),
  });
}

function receive<Input>(desk: ReleaseDesk, taking: Taking, { word, description, check, take }: Reception<Input>): void {
  const validator = (input: Input): void => void checkedInput(() => check(input));
  setHandler(word, (input) => taking(() => take(desk, input)), { description, validator });
  const signal: SignalDefinition<[Input]> = defineSignal(word.name);
  const signalled = async (input: Input): Promise<void> => {
    // Whatever left a signal's handler would end the workflow.
    try {
      validator(input);
      await taking(() => take(desk, input));
    } catch (error) {
      desk.story.done(`${word.name} refused: ${failureOf(error).message}`);
    }
  };
  setHandler(signal, signalled, { description });
}

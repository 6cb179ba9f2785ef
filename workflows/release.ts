import {
  allHandlersFinished,
  condition,
  continueAsNew,
  defineQuery,
  defineUpdate,
  executeChild,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { PipelineActivities } from '../activities/activities.ts';
import type { PersonInput, RolloutRequest, RolloutResult, SubmitInput } from '../core/releaseMessages.ts';
import { brief } from './activityOptions.ts';
import { rollout } from './rollout.ts';
import { openStory } from './story.ts';

export interface ReleaseInput {
  readonly pipeline: string;
}

export interface ReleaseState {
  readonly pipeline: string;
  readonly underway: RolloutRequest | null;
  readonly waiting: RolloutRequest | null;
  readonly last: (RolloutRequest & RolloutResult) | null;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export const submit = defineUpdate<{ version: number }, [SubmitInput]>('submit');
export const promote = defineUpdate<{ version: number }, [PersonInput]>('promote');
export const rollback = defineUpdate<{ version: number }, [PersonInput]>('rollback');
export const reject = defineUpdate<{ version: number }, [PersonInput]>('reject');
export const state = defineQuery<ReleaseState>('state');

/** Messages after which the entity starts a new history. */
const messagesPerHistory = 500;

const activities = proxyActivities<PipelineActivities>(brief);

/**
 * The one who releases a pipeline's versions: one rollout at a time, a newer candidate replaces the one that waits.
 * It holds no truth: who answers stands in the ledger.
 */
export async function release({ pipeline }: ReleaseInput): Promise<void> {
  const now: Mutable<ReleaseState> = { pipeline, underway: null, waiting: null, last: null };
  let messages = 0;
  const story = openStory(`Releases of ${pipeline}`);

  setHandler(state, () => now, {
    description: 'What is being rolled out, and what waits',
  });
  setHandler(
    submit,
    async (input) => {
      messages += 1;
      const { version, hindrance, isChampion } = await activities.register(input);
      const who = `run ${input.candidate.run}`;
      if (isChampion) story.done(`version ${version} answers already`);
      else if (hindrance === null) now.waiting = { pipeline, version, event: 'promoted', who, why: 'the gate passed' };
      else await rejected(version, who, hindrance);
      return { version };
    },
    { description: 'A candidate of a run' },
  );
  setHandler(promote, (input) => ask('promoted', input), {
    description: 'Put a version in charge: {"version": 3, "who": "ana", "why": "…"}',
  });
  setHandler(rollback, (input) => ask('rolled back', input), {
    description: 'Go back: {"who": "ana", "why": "…"}, to the version before or the one named',
  });
  setHandler(
    reject,
    async (input) => {
      messages += 1;
      const version = await activities.versionToRelease({ pipeline, version: input.version ?? null });
      await rejected(version, input.who ?? 'a person', input.why ?? 'no reason given');
      return { version };
    },
    { description: 'Turn a version down: {"version": 3, "who": "ana", "why": "…"}' },
  );

  for (;;) {
    story.doing('waiting for a candidate or a word');
    await condition(
      () => now.waiting !== null || messages >= messagesPerHistory || workflowInfo().continueAsNewSuggested,
    );
    const request = now.waiting;
    if (request === null) break;
    Object.assign(now, { underway: request, waiting: null });
    story.doing(`rolling out version ${request.version}`);
    const result = await rolledOut(request);
    story.done(`version ${request.version} ${request.event}: ${result.outcome}, ${result.why}`);
    Object.assign(now, { underway: null, last: { ...request, ...result } });
  }
  await condition(allHandlersFinished);
  await continueAsNew<typeof release>({ pipeline });

  async function ask(event: RolloutRequest['event'], { version, who, why }: PersonInput): Promise<{ version: number }> {
    messages += 1;
    const wanted = await activities.versionToRelease({ pipeline, version: version ?? null });
    now.waiting = { pipeline, version: wanted, event, who: who ?? 'a person', why: why ?? 'no reason given' };
    return { version: wanted };
  }

  async function rejected(version: number, who: string, why: string): Promise<void> {
    await activities.reject({ pipeline, version, who, why });
    story.done(`version ${version} rejected: ${why}`);
  }
}

function rolledOut(request: RolloutRequest): Promise<RolloutResult> {
  return executeChild(rollout, {
    workflowId: `rollout/${request.pipeline}/v${request.version}`,
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    staticSummary: `Version ${request.version} of ${request.pipeline}`,
    args: [request],
  });
}

import { isGrpcServiceError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { isTold } from '../core/alertWords.ts';
import { catalogue, type ErrorCode, type ErrorFacts, WhetError } from '../core/errors.ts';
import { sayToAlerts } from '../monitoring/sayToAlerts.ts';
import { headOf } from '../registry/ledger.ts';
import { releaseStanding } from '../registry/releaseStanding.ts';
import type { Operate } from '../serving/operate.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { askRelease, sayToRelease } from './sayToRelease.ts';
import { startLook } from './startLook.ts';
import { connectTemporal, type TemporalClient } from './temporal/connectTemporal.ts';

/** How long a release may take to answer: with Temporal gone, or no pipeline worker at work, it never does. */
const patienceMs = 10_000;

/** Operates the releases of a store through Temporal, which is connected to when it is first needed. */
export function operateReleases(store: ObjectStore, address: string | undefined): Operate {
  let connecting: Promise<TemporalClient> | undefined;
  const connected = (): Promise<TemporalClient> => {
    connecting ??= connectTemporal(address).catch((error: unknown) => {
      connecting = undefined;
      throw error;
    });
    return connecting;
  };
  const within = async <T>(ask: (to: TemporalClient) => Promise<T>): Promise<T> => {
    const to = await connected();
    return to.connection.withDeadline(Date.now() + patienceMs, () => ask(to)).catch((error: unknown) => told(error));
  };
  return {
    async standing(pipeline) {
      await requirePipeline(store, pipeline);
      const standing = await releaseStanding(store, pipeline, Date.now());
      try {
        const { underway = null, ordered = null } = (await within(({ client }) => askRelease(client, pipeline))) ?? {};
        return { ...standing, underway, ordered };
      } catch (error) {
        if (!(error instanceof WhetError)) throw error;
        return { ...standing, unreachable: error.message };
      }
    },
    async say(pipeline, word, input) {
      await requirePipeline(store, pipeline);
      return within(({ client }) => sayToRelease(client, pipeline, word, input));
    },
    async sayToAlerts(pipeline, word, input) {
      const standing = await sayToAlerts(store, pipeline, word, input, Date.now());
      // The word stands in the log: with Temporal gone, receivers are told of it after the next look.
      if (isTold(word)) void within(({ client }) => startLook(client, pipeline)).catch(() => undefined);
      return standing;
    },
    async close() {
      const held = await connecting?.catch(() => undefined);
      await held?.connection.close();
    },
  };
}

/** A name that is mistyped would start a release of its own. */
async function requirePipeline(store: ObjectStore, pipeline: string): Promise<void> {
  if ((await headOf(store, pipeline)) !== undefined) return;
  const todo = 'Name a pipeline that has a version: whet versions PIPELINE lists them.';
  throw new WhetError('pipeline.unknown', { expected: 'a pipeline with a version', came: `'${pipeline}'`, todo });
}

/** What the release said, as the error of the catalogue that it was there. */
function told(error: unknown): never {
  const cause = error instanceof WorkflowUpdateFailedError ? error.cause : error;
  const root = cause instanceof ApplicationFailure ? cause : (cause as Error | undefined)?.cause;
  if (root instanceof ApplicationFailure && `${root.type}` in catalogue)
    throw new WhetError(root.type as ErrorCode, root.details?.[0] as ErrorFacts, error);
  if (!isGrpcServiceError(error)) throw error;
  const expected = `an answer of the release within ${patienceMs / 1_000} s`;
  throw new WhetError('temporal.unreachable', { expected, came: `none: ${error.details}`, todo: unanswered }, error);
}

const unanswered = 'See that Temporal and a pipeline worker run (whet up runs both), and try again.';

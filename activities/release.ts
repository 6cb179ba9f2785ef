import { activityInfo, getClient } from '@temporalio/activity';
import { WithStartWorkflowOperation } from '@temporalio/client';
import { mayPromote } from '../core/ledgerRules.ts';
import type { SubmitInput } from '../core/releaseMessages.ts';
import { pipelineQueue } from '../core/taskQueues.ts';
import { appendLedger, headOf, readLedger } from '../registry/ledger.ts';
import { findVersion, listVersions, registerVersion } from '../registry/versions.ts';
import type { Ports } from './ports.ts';

export interface Registered {
  readonly version: number;
  /** Why it is not to be promoted; null if it is. */
  readonly hindrance: string | null;
  /** Whether it answers already. */
  readonly isChampion: boolean;
}

/** Stage 8: the registry's ledger, written on behalf of the pipeline's `release` entity alone. */
export function createReleaseActivities(ports: Ports) {
  const now = () => new Date(ports.clock()).toISOString();
  return {
    /** Hands a candidate to the release entity, which is started if it does not run yet. */
    submit: (input: SubmitInput): Promise<{ version: number }> => submitToEntity(input),

    async register({ pipeline, candidate }: SubmitInput): Promise<Registered> {
      const why = candidate.verdict.reasons.map(({ text }) => text).join('; ') || 'the gate has no rules';
      const made = await registerVersion(ports.store, pipeline, candidate, {
        who: `run ${candidate.run}`,
        why,
        at: now(),
      });
      const aliases = (await headOf(ports.store, pipeline))?.aliases ?? {};
      const ruling = mayPromote(await listVersions(ports.store, pipeline), aliases, made.version);
      const failed = candidate.verdict.passed ? null : `the gate's verdict is ${candidate.verdict.outcome}: ${why}`;
      return { version: made.version, hindrance: failed ?? (ruling.ok ? null : ruling.reason), isChampion: aliases.champion === made.version };
    },

    async reject({
      pipeline,
      version,
      who,
      why,
    }: {
      pipeline: string;
      version: number;
      who: string;
      why: string;
    }): Promise<void> {
      await appendLedger(ports.store, pipeline, { kind: 'rejected', version }, { who, why, at: now() });
    },

    /** Checks that a version is there, and gives its number: that of a person's choice, or the one that answered before. */
    async versionToRelease({ pipeline, version }: { pipeline: string; version: number | null }): Promise<number> {
      const wanted = version ?? (await versionBefore(ports, pipeline));
      return (await findVersion(ports.store, pipeline, wanted)).version;
    },
  };
}

async function submitToEntity(input: SubmitInput): Promise<{ version: number }> {
  const startWorkflowOperation = new WithStartWorkflowOperation('release', {
    workflowId: `release/${input.pipeline}`,
    taskQueue: pipelineQueue,
    args: [{ pipeline: input.pipeline }],
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: `Releases of ${input.pipeline}`,
  });
  const updateId = `${activityInfo().workflowExecution?.runId}`;
  return getClient().workflow.executeUpdateWithStart<never, { version: number }, [SubmitInput]>('submit', {
    args: [input],
    updateId,
    startWorkflowOperation: startWorkflowOperation as never,
  });
}

/** The version that answered before the champion: where a rollback without a number goes. */
async function versionBefore(ports: Ports, pipeline: string): Promise<number | 'champion'> {
  const entries = await readLedger(ports.store, pipeline);
  const champion = entries.at(-1)?.aliases.champion;
  const answered = entries.map(({ routing }) => routing.version);
  return answered.findLast((version) => version !== null && version !== champion) ?? 'champion';
}

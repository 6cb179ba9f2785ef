import { activityInfo, getClient } from '@temporalio/activity';
import { WithStartWorkflowOperation } from '@temporalio/client';
import { WhetError } from '../core/errors.ts';
import type { Aliases, VersionRecord } from '../core/ledger.ts';
import { type Authorship, mayPromote } from '../core/ledgerRules.ts';
import type { SubmitInput } from '../core/releaseMessages.ts';
import { pipelineQueue } from '../core/taskQueues.ts';
import { headOf, readLedger } from '../registry/ledger.ts';
import { findVersion, listVersions, registerVersion } from '../registry/versions.ts';
import { appendOnce } from './appendOnce.ts';
import type { Ports } from './ports.ts';

export interface Registered {
  readonly version: number;
  /** Why it is not to be promoted; null if it is. */
  readonly hindrance: string | null;
  /** Whether it answers already. */
  readonly isChampion: boolean;
}

/** A decision on a version: of a person, or of the gate. */
export interface VersionDecision extends Authorship {
  readonly pipeline: string;
  readonly version: number;
}

/** Stage 8: the registry's ledger, written on behalf of the pipeline's `release` entity alone. */
export function createReleaseActivities(ports: Ports) {
  return {
    /** Hands a candidate to the release entity, which is started if it does not run yet. */
    submit: (input: SubmitInput): Promise<{ version: number }> => submitToEntity(input),

    /** Registers a candidate once, and tells where it stands now: asked again when its turn to be rolled out comes. */
    async register({ pipeline, candidate }: SubmitInput): Promise<Registered> {
      const why = candidate.verdict.reasons.map(({ text }) => text).join('; ') || 'the gate has no rules';
      const authorship = { who: `run ${candidate.run}`, why, at: new Date(ports.clock()).toISOString() };
      const { version } = await registerVersion(ports.store, pipeline, candidate, authorship);
      const aliases = (await headOf(ports.store, pipeline))?.aliases ?? {};
      const failed = candidate.verdict.passed ? null : `the gate's verdict is ${candidate.verdict.outcome}: ${why}`;
      const hindrance = failed ?? (await hindranceOf(ports, aliases, { ...candidate, version }, pipeline));
      return { version, hindrance, isChampion: aliases.champion === version };
    },

    reject: ({ pipeline, version, who, why, at }: VersionDecision): Promise<void> =>
      appendOnce(ports.store, pipeline, { kind: 'rejected', version }, { who, why, at }),

    makeReference: ({ pipeline, version, who, why, at }: VersionDecision): Promise<void> =>
      appendOnce(ports.store, pipeline, { kind: 'made reference', version }, { who, why, at }),

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

/** By this verdict and hour: a model that is registered already may have been judged anew. */
async function hindranceOf(
  ports: Ports,
  aliases: Aliases,
  judged: VersionRecord,
  pipeline: string,
): Promise<string | null> {
  const others = (await listVersions(ports.store, pipeline)).filter(({ version }) => version !== judged.version);
  const ruling = mayPromote([...others, judged], aliases, judged.version);
  return ruling.ok ? null : ruling.reason;
}

/** The version that answered before the champion: where a rollback without a number goes. */
async function versionBefore(ports: Ports, pipeline: string): Promise<number> {
  const entries = await readLedger(ports.store, pipeline);
  const champion = entries.at(-1)?.aliases.champion;
  const answered = entries.map(({ routing }) => routing.version);
  const before = answered.findLast((version) => version !== null && version !== champion);
  if (typeof before === 'number') return before;
  throw new WhetError('version.unknown', {
    expected: `a version of '${pipeline}' that answered before`,
    came: champion === undefined ? 'none: no version has answered yet' : `none: version ${champion} is the first`,
  });
}

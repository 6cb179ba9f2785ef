import { activityInfo, getClient } from '@temporalio/activity';
import { WithStartWorkflowOperation } from '@temporalio/client';
import { approvalStanding, type MissingApproval, requireApprovals } from '../core/approvals.ts';
import { WhetError } from '../core/errors.ts';
import type { Aliases, LedgerEntry, VersionRecord } from '../core/ledger.ts';
import { type Authorship, mayPromote } from '../core/ledgerRules.ts';
import { leftToRelease } from '../core/leftToRelease.ts';
import type {
  Pause,
  ReleaseCandidate,
  RolloutRequest,
  SubmitInput,
  WaitingCandidate,
} from '../core/releaseMessages.ts';
import { withoutVariants } from '../core/rolloutTraffic.ts';
import { pipelineQueue } from '../core/taskQueues.ts';
import { turnedDown } from '../core/turnedDown.ts';
import { versionBefore } from '../core/versionBefore.ts';
import { refreshText } from '../core/weightsVersion.ts';
import { approvalCase } from '../registry/approvalCase.ts';
import { appendLedger, headOf, readLedger } from '../registry/ledger.ts';
import { requireHeld } from '../registry/requireHeld.ts';
import { followLedger } from '../registry/routingCopy.ts';
import { findVersion, listVersions, registerVersion, versionOf } from '../registry/versions.ts';
import { appendOnce } from './appendOnce.ts';
import { planOf } from './planOf.ts';
import type { Ports } from './ports.ts';

export interface Registered {
  readonly version: number;
  /** Why it is not to be promoted; null if it is. */
  readonly hindrance: string | null;
  /** Whether it answers already. */
  readonly isChampion: boolean;
  /** Whose approvals it waits for. */
  readonly missing: readonly MissingApproval[];
}

/** A decision on a version: of a person, or of the gate. */
export interface VersionDecision extends Authorship {
  readonly pipeline: string;
  readonly version: number;
}

/** A person's word on who answers; `version` null: back to the one before. */
export interface Order {
  readonly pipeline: string;
  readonly version: number | null;
  /** The version being rolled out, which is stopped rather than gone back from while it does not answer yet. */
  readonly stops?: number | null;
  readonly event: RolloutRequest['event'];
  /** ISO time, UTC. */
  readonly at: string;
}

/** Stage 8: the registry's ledger, written on behalf of the pipeline's `release` entity alone. */
export function createReleaseActivities(ports: Ports) {
  return {
    /** Hands a candidate to the release entity, which is started if it does not run yet. */
    submit: (input: SubmitInput): Promise<{ version: number }> => submitToEntity(input),

    /** What the ledger leaves to a release that begins: the candidate that nobody has decided on, and whether it is paused. */
    async openRelease({ pipeline }: { pipeline: string }): Promise<{
      readonly paused: Pause | null;
      readonly waiting: WaitingCandidate | null;
    }> {
      const ledger = await readLedger(ports.store, pipeline);
      await endLostHold(ports, pipeline, ledger.at(-1));
      const { paused, candidate: record } = leftToRelease(ledger);
      if (record === null) return { paused, waiting: null };
      const { version, ...candidate } = record;
      const missing = await missingOf(ports, pipeline, version, ledger);
      return { paused, waiting: { version, candidate, missing } };
    },

    /** Registers a candidate once, and tells where it stands now: asked again when its turn to be rolled out comes. */
    async register({ pipeline, candidate }: SubmitInput): Promise<Registered> {
      const why = reasonOf(candidate);
      const authorship = { who: `run ${candidate.run}`, why, at: new Date(ports.clock()).toISOString() };
      const { version } = await registerVersion(ports.store, pipeline, candidate, authorship);
      const aliases = (await headOf(ports.store, pipeline))?.aliases ?? {};
      const hindrance = await hindranceOf(ports, aliases, { ...candidate, version }, pipeline);
      const isRefresh = candidate.refresh !== undefined;
      const missing = hindrance === null && !isRefresh ? await missingOf(ports, pipeline, version) : [];
      return { version, hindrance, isChampion: aliases.champion === version, missing };
    },

    reject: ({ pipeline, version, who, why, at }: VersionDecision): Promise<void> =>
      appendOnce(ports.store, pipeline, { kind: 'rejected', version }, { who, why, at }),

    makeReference: ({ pipeline, version, who, why, at }: VersionDecision): Promise<void> =>
      appendOnce(ports.store, pipeline, { kind: 'made reference', version }, { who, why, at }),

    /** Checks that a version is there, and gives its number. */
    knownVersion: async ({ pipeline, version }: { pipeline: string; version: number }): Promise<number> =>
      (await findVersion(ports.store, pipeline, version)).version,

    /** Which version a person's word means. Refuses one that is swept, and a promotion without the approvals that it needs. */
    async orderedVersion({ pipeline, version, event, at, stops = null }: Order): Promise<number> {
      const ledger = await readLedger(ports.store, pipeline);
      if (stops !== null && ledger.at(-1)?.routing.version !== stops) return stops;
      const wanted = version ?? requireBefore(pipeline, ledger);
      await requireHeld(ports.store, pipeline, versionOf(pipeline, wanted, ledger));
      if (event === 'promoted')
        requireApprovals(await approvalCase(ports.store, pipeline, wanted, ledger), Date.parse(at));
      return wanted;
    },
  };
}

/** A hold whose rollout is gone ends here: its version answers, and the one before it need not score any more. */
async function endLostHold({ store, clock }: Ports, pipeline: string, head: LedgerEntry | undefined): Promise<void> {
  const { version, traffic } = head?.routing ?? {};
  if (version == null || traffic === undefined || !('previous' in traffic.variants)) return;
  const settled = withoutVariants(traffic) ?? null;
  const authorship = {
    who: 'the release',
    why: 'the rollout is lost that held it',
    at: new Date(clock()).toISOString(),
  };
  const event = { kind: 'traffic changed', version, traffic: settled } as const;
  await followLedger(store, pipeline, await appendLedger(store, pipeline, event, authorship));
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

async function missingOf(
  { store, clock }: Ports,
  pipeline: string,
  version: number,
  ledger?: readonly LedgerEntry[],
): Promise<readonly MissingApproval[]> {
  const held = await approvalCase(store, pipeline, version, ledger ?? (await readLedger(store, pipeline)));
  return approvalStanding(held, clock()).missing;
}

function reasonOf({ verdict, refresh, asOf }: ReleaseCandidate): string {
  if (refresh !== undefined) return refreshText(refresh, asOf);
  return verdict.reasons.map(({ text }) => text).join('; ') || 'the gate has no rules';
}

/** By this verdict and hour: a model that is registered already may have been judged anew. */
async function hindranceOf(
  ports: Ports,
  aliases: Aliases,
  judged: VersionRecord,
  pipeline: string,
): Promise<string | null> {
  const { verdict, refresh } = judged;
  const against = refresh === undefined ? null : await wordAgainst(ports, refresh.of, judged.plan, pipeline);
  if (against !== null) return against;
  if (refresh === undefined && !verdict.passed) return `the gate's verdict is ${verdict.outcome}: ${reasonOf(judged)}`;
  const others = (await listVersions(ports.store, pipeline)).filter(({ version }) => version !== judged.version);
  const ruling = mayPromote([...others, judged], aliases, judged.version);
  return ruling.ok ? null : ruling.reason;
}

/** People let the champion answer, by its plan: where that says nothing of other tables they did not let these. */
async function wordAgainst(
  { store }: Ports,
  version: number,
  planId: string,
  pipeline: string,
): Promise<string | null> {
  const { release, refresh } = await planOf(store, planId);
  if (release !== undefined && refresh === undefined)
    return `version ${version} was approved under a plan without 'refresh'`;
  return turnedDown(await readLedger(store, pipeline), version);
}

function requireBefore(pipeline: string, ledger: readonly LedgerEntry[]): number {
  const before = versionBefore(ledger);
  if (before !== null) return before;
  const champion = ledger.at(-1)?.aliases.champion;
  throw new WhetError('version.unknown', {
    expected: `a version of '${pipeline}' that answered before`,
    came: champion === undefined ? 'none: no version has answered yet' : `none: version ${champion} is the first`,
    todo: `Name the version to go to: whet versions ${pipeline} lists them. What people share ends with: whet traffic ${pipeline} --none`,
  });
}

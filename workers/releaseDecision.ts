import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { missingText } from '../core/approvals.ts';
import type { LedgerEntry } from '../core/ledger.ts';
import { headText, versionIn } from '../core/ledgerText.ts';
import { readLedger } from '../registry/ledger.ts';
import { releaseStanding } from '../registry/releaseStanding.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import type { Report } from './engine.ts';
import { progressOf } from './progressOf.ts';

const pollMs = 250;
/** A rollout that says nothing for so long goes on without a listener: it may take hours, and its engine carries it. */
const silenceMs = 180_000;

/** By then a candidate that is to be turned down is: what still waits waits for people. */
const settledMs = 1_000;

/** Of whom to ask how a rollout goes, and where to say it. */
export interface RolloutListener {
  readonly client: Client;
  readonly report: Report;
}

/** What the release made of a version, in one line, from the ledger; the steps of its rollout are told as they come. */
export async function releaseDecision(
  store: ObjectStore,
  pipeline: string,
  version: number,
  before: number,
  listener?: RolloutListener,
  goesBack = false,
): Promise<string> {
  let [told, until] = [0, performance.now() + silenceMs];
  const waitsFrom = performance.now() + settledMs;
  while (performance.now() < until) {
    const entries = await readLedger(store, pipeline);
    const decided = entries.findLast((entry) => entry.n > before && isDecision(entry, version, goesBack));
    if (decided !== undefined) return `${headText(decided.event)}: ${decided.why}`;
    if (!goesBack && entries.at(-1)?.aliases.champion === version) return `version ${version} is the champion already`;
    const waits = performance.now() < waitsFrom ? '' : await whatHolds(store, pipeline, version);
    if (waits !== '') return `version ${version} ${waits}`;
    const lines = listener === undefined ? [] : await rolloutLines(listener.client, pipeline, version);
    for (const line of lines.slice(told)) listener?.report(`version ${version}, ${line}`);
    if (lines.length > told) [told, until] = [lines.length, performance.now() + silenceMs];
    await pause(pollMs);
  }
  return `version ${version} is still being rolled out: whet ledger ${pipeline} will tell`;
}

/**
 * A step of its rollout decides nothing yet, nor does one approval. Whoever goes back from a version that is promoted in
 * that moment waits for its rollback, to whichever version.
 */
function isDecision({ event }: LedgerEntry, version: number, goesBack: boolean): boolean {
  if (goesBack && event.kind === 'promoted') return false;
  if (goesBack && event.kind === 'rolled back') return true;
  return versionIn(event) === version && !['registered', 'traffic changed', 'approved'].includes(event.kind);
}

/** Why a candidate waits for people, for however long; empty where it does not. */
async function whatHolds(store: ObjectStore, pipeline: string, version: number): Promise<string> {
  const { candidate, paused, routing } = await releaseStanding(store, pipeline, Date.now());
  const hasBegun = Object.values(routing?.traffic?.variants ?? {}).some((variant) => variant.version === version);
  if (candidate?.version !== version || hasBegun) return '';
  const missing = missingText(candidate.approvals.missing);
  if (missing !== '') return `waits for approvals: ${missing}`;
  return paused === null ? '' : `waits, for releases are paused by ${paused.who}: ${paused.why}`;
}

/** What the rollout under way says; nothing before it begins, and of one that has ended before. */
async function rolloutLines(client: Client, pipeline: string, version: number): Promise<readonly string[]> {
  const workflowId = `rollout/${pipeline}/v${version}`;
  const found = await client.workflow
    .getHandle(workflowId)
    .describe()
    .catch(() => undefined);
  return found?.status.name === 'RUNNING' ? ((await progressOf(client, workflowId))?.lines ?? []) : [];
}

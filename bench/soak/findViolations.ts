import { stat } from 'node:fs/promises';
import { runRecords } from '../../activities/runRecords.ts';
import { canonicalJson } from '../../core/canonicalJson.ts';
import { WhetError } from '../../core/errors.ts';
import type { LedgerEntry } from '../../core/ledger.ts';
import type { RunRecord, TrialRow } from '../../core/run.ts';
import { everyEntry } from '../../registry/ledgerEntries.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { getObjectJson, objectKey } from '../../storage/objects.ts';

/** What a round left behind, and what it is held to. */
export interface RoundFacts {
  readonly store: ObjectStore;
  readonly pipeline: string;
  readonly asOf: string;
  /** Starts per trial when the round began. */
  readonly before: ReadonlyMap<string, number>;
  readonly kills: number;
  /** What the command printed; undefined if it never ended well. */
  readonly record: RunRecord | undefined;
  /** Of the same hour, in another state folder, and the store there. */
  readonly undisturbed: RunRecord;
  readonly calm: ObjectStore;
}

/** Everything that must hold after a round and does not, one sentence each. */
export async function findViolations(facts: RoundFacts): Promise<string[]> {
  const found = [recordViolations, trialViolations, ledgerViolations, samenessViolations].map((find) => find(facts));
  return (await Promise.all(found)).flat();
}

/**
 * The same for a search of many trials: each is in the table exactly once, and they are those of an undisturbed run, with
 * the same one chosen. Not to the last digit: a trial whose group was killed goes on in another group.
 */
export async function findSearchViolations(facts: RoundFacts): Promise<string[]> {
  const found = [recordViolations, trialViolations, ledgerViolations, searchViolations].map((find) => find(facts));
  return (await Promise.all(found)).flat();
}

/** How often each trial of a store was started. */
export async function startsOfTrials(store: ObjectStore): Promise<Map<string, number>> {
  const starts = new Map<string, number>();
  for (const key of await store.list('trials/')) {
    const trial = /^trials\/([^/]+)\/starts\//.exec(key)?.[1];
    if (trial !== undefined) starts.set(trial, (starts.get(trial) ?? 0) + 1);
  }
  return starts;
}

async function recordViolations({ store, pipeline, asOf, record }: RoundFacts): Promise<string[]> {
  const kept = await runRecords(store, pipeline, asOf);
  const ofCommand = kept.find(({ run }) => run === record?.run);
  return [
    ...(record === undefined ? ['the command did not complete'] : []),
    ...(kept.some(({ status }) => status === 'judged') ? [] : [`no judged run record of ${asOf}`]),
    ...kept.filter(({ status }) => status !== 'judged').map(({ run, status, why }) => `${run} was ${status}: ${why}`),
    ...(record !== undefined && ofCommand === undefined ? [`the record ${record.run} is not in the store`] : []),
  ];
}

/** One more start than kills, at most; never one after the result; and a result for every trial of the table. */
async function trialViolations({ store, before, kills, record }: RoundFacts): Promise<string[]> {
  const violations: string[] = [];
  for (const [trial, starts] of await startsOfTrials(store)) {
    const inRound = starts - (before.get(trial) ?? 0);
    if (inRound > 1 + kills) violations.push(`trial ${trial} was started ${inRound} times with ${kills} kills`);
    for (const late of await lateStarts(store, trial))
      violations.push(`trial ${trial} was started after its result: ${late}`);
  }
  for (const { key } of await rowsOf(store, record)) {
    if (!(await store.has(resultOf(key)))) violations.push(`trial ${key} has no result`);
  }
  return violations;
}

/** By the file system's times: both are files written once, whole. */
async function lateStarts(store: ObjectStore, trial: string): Promise<string[]> {
  if (!(await store.has(resultOf(trial)))) return [];
  const endedMs = await writtenMs(store, resultOf(trial));
  const starts = await store.list(`trials/${trial}/starts/`);
  const times = await Promise.all(starts.map((key) => writtenMs(store, key)));
  return starts.filter((_, at) => (times[at] ?? 0) > endedMs);
}

async function writtenMs(store: ObjectStore, key: string): Promise<number> {
  return (await stat(await store.file(key))).mtimeMs;
}

const resultOf = (trial: string): string => `trials/${trial}/result.json`;

async function ledgerViolations({ store, pipeline, record }: RoundFacts): Promise<string[]> {
  const entries = await verifiedLedger(store, pipeline);
  if (typeof entries === 'string') return [entries];
  const versions = entries.flatMap(({ event }) => (event.kind === 'registered' ? [event.record] : []));
  const ofRun = versions.find(({ version }) => version === record?.version);
  const violations = versions
    .filter(({ digest, version }) => versions.some((other) => other.digest === digest && other.version < version))
    .map(({ digest }) => `the model ${digest} was registered twice`);
  if (record !== undefined && ofRun?.digest !== record.model?.digest)
    violations.push(`version ${record.version} of the ledger is not the model of ${record.run}`);
  for (const { n, event } of entries) {
    if (event.kind !== 'promoted') continue;
    const version = versions.find((one) => one.version === event.version);
    if (version?.verdict.passed !== true) violations.push(`entry ${n} promoted a version whose verdict is not passed`);
    if (version === undefined || !(await store.has(objectKey(version.scorecard))))
      violations.push(`entry ${n} promoted a version without a scorecard`);
  }
  return violations;
}

async function verifiedLedger(store: ObjectStore, pipeline: string): Promise<LedgerEntry[] | string> {
  try {
    return (await everyEntry(store, pipeline)).map(({ entry }) => entry);
  } catch (error) {
    if (error instanceof WhetError) return error.message;
    throw error;
  }
}

async function searchViolations({ store, calm, record, undisturbed }: RoundFacts): Promise<string[]> {
  const [storm, still] = await Promise.all([rowsOf(store, record), rowsOf(calm, undisturbed)]);
  const twice = storm.filter(({ key }, at) => storm.findIndex((row) => row.key === key) < at);
  const [here, there] = [storm, still].map((rows) => new Set(rows.map(({ key }) => key)));
  const lost = still.filter(({ key }) => here?.has(key) !== true);
  const added = storm.filter(({ key }) => there?.has(key) !== true);
  const [chosen, calmly] = [record, undisturbed].map((one) => canonicalJson(one?.best ?? null));
  return [
    ...twice.map(({ key }) => `trial ${key} is in the table twice`),
    ...lost.map(({ key }) => `trial ${key} of an undisturbed run is not in the table`),
    ...added.map(({ key }) => `trial ${key} is in the table, and not in that of an undisturbed run`),
    ...(chosen === calmly ? [] : [`the best is ${chosen}, that of an undisturbed run ${calmly}`]),
  ];
}

async function rowsOf(store: ObjectStore, record: RunRecord | undefined): Promise<TrialRow[]> {
  return record?.trials === undefined ? [] : getObjectJson<TrialRow[]>(store, record.trials.table);
}

async function samenessViolations({ record, undisturbed }: RoundFacts): Promise<string[]> {
  const [calm, storm] = [undisturbed, record].map((one) => ({
    snapshot: one?.snapshot?.id,
    model: one?.model?.digest,
  }));
  return (['snapshot', 'model'] as const)
    .filter((what) => storm?.[what] !== calm?.[what])
    .map((what) => `the ${what} is ${storm?.[what]}, that of an undisturbed run ${calm?.[what]}`);
}

import type { AlertEntry, LookEvent } from '../../../core/alert.ts';
import { nothingYet } from '../../../core/alertStanding.ts';
import { judgeAlert } from '../../../core/judgeAlert.ts';
import type { Look } from '../../../core/look.ts';
import type { Plan } from '../../../core/plan.ts';
import type { RetrainDecision } from '../../../core/retrainDecision.ts';
import type { RunRecord } from '../../../core/run.ts';
import { readAlertLog } from '../../../registry/alertLog.ts';
import { everyEntry } from '../../../registry/ledgerEntries.ts';
import { looksBetween } from '../../../registry/looks.ts';
import type { ObjectStore } from '../../../storage/objectStore.ts';
import { requireJson } from '../../../storage/objects.ts';
import type { ReceivedMessage } from './webhookReceiver.ts';

export interface WatchFacts {
  readonly store: ObjectStore;
  readonly watch: Plan;
  /** Entries of the log of alerts up to this number were there before. */
  readonly from: number;
  /** All that came since. */
  readonly messages: readonly ReceivedMessage[];
}

export interface WatchCounts {
  readonly looks: number;
  readonly notices: number;
  readonly messages: number;
  readonly resends: number;
  readonly retrained: number;
  readonly violations: readonly string[];
}

/** What must be true whatever was killed: chains are whole, no alert is lost, a resend is known as one, no run is doubled. */
export async function findWatchViolations({ store, watch: plan, from, messages }: WatchFacts): Promise<WatchCounts> {
  const { pipeline } = plan;
  // Both throw where their chain is broken.
  const log = (await readAlertLog(store, pipeline)).map(({ entry }) => entry);
  await everyEntry(store, pipeline);
  const looks = await looksBetween(store, pipeline, 0, Date.now());
  const fresh = log.filter(({ n }) => n > from);
  const runs = await runsOf(store, pipeline);
  return {
    looks: looks.length,
    notices: fresh.filter((entry) => toldOf(entry).length > 0).length,
    messages: messages.length,
    resends: messages.length - new Set(messages.map(({ id }) => id)).size,
    retrained: runs.length,
    violations: [
      ...lostAlerts(log, looks, plan),
      ...untold(fresh, messages),
      ...misnamed(messages),
      ...doubledRuns(runs),
      ...(await doubledDecisions(store, pipeline, runs)),
    ],
  };
}

function toldOf({ event }: AlertEntry): readonly string[] {
  return 'to' in event ? event.to : [];
}

function lookEvent({ event }: AlertEntry): LookEvent | undefined {
  return 'look' in event ? event : undefined;
}

/** Each look, judged anew by what the log said before it, must have led to the entry that it led to. */
function lostAlerts(log: readonly AlertEntry[], looks: readonly Look[], { watch }: Plan): string[] {
  if (watch === undefined) return [];
  // The last look may have been taken in the moment of the stop.
  return looks.slice(0, -1).flatMap((look) => {
    return watch.alerts.flatMap((rule) => {
      const own = log.find((entry) => lookEvent(entry)?.look === look.at && lookEvent(entry)?.rule === rule.name);
      const before = log.findLast((entry) => (own === undefined ? isBefore(entry, look.at) : entry.n < own.n));
      const expected = judgeAlert(before?.standing ?? nothingYet, 0, rule, look, watch)?.kind ?? 'nothing';
      const came = lookEvent(own ?? ({ event: {} } as AlertEntry))?.kind ?? 'nothing';
      return expected === came ? [] : [`the look at ${look.at} led to ${came}, not to ${expected} of '${rule.name}'`];
    });
  });
}

function isBefore(entry: AlertEntry, at: string): boolean {
  const event = lookEvent(entry);
  return event !== undefined && event.look < at;
}

/** Of what was told in the log: it came, was valid and was taken. What is waiting still is the next round's. */
function untold(log: readonly AlertEntry[], messages: readonly ReceivedMessage[]): string[] {
  const waiting = new Set(log.at(-1)?.standing.alerts.flatMap((alert) => Object.values(alert.waiting).flat()));
  const taken = new Set(messages.filter(({ status, valid }) => valid && status < 300).map(({ id }) => entryIn(id)));
  const lost = log.filter((entry) => toldOf(entry).length > 0 && !waiting.has(entry.n) && !taken.has(entry.n));
  const givenUp = log.filter(({ event }) => event.kind === 'untold');
  return [
    ...lost.map(({ n }) => `nobody was told of entry ${n}`),
    ...givenUp.map(({ n, why }) => `entry ${n} gave somebody up: ${why}`),
    ...messages.filter(({ valid }) => !valid).map(({ id }) => `the signature of ${id} is wrong`),
  ];
}

/** `notify/<pipeline>/<entry>/<receiver>/…`. */
function entryIn(id: string): number {
  return Number(id.split('/')[2]);
}

/** One entry is told under one id, with the same words, however often. */
function misnamed(messages: readonly ReceivedMessage[]): string[] {
  const byEntry = Map.groupBy(messages, ({ body }) => (JSON.parse(body) as { sequence: string }).sequence);
  return [...byEntry].flatMap(([sequence, own]) => {
    const ids = new Set(own.map(({ id }) => id));
    const bodies = new Set(own.map(({ body }) => body));
    const doubled = ids.size === 1 ? [] : [`entry ${sequence} was told under ${[...ids].join(' and ')}`];
    return bodies.size === 1 ? doubled : [...doubled, `entry ${sequence} was told in ${bodies.size} ways`];
  });
}

async function runsOf(store: ObjectStore, pipeline: string): Promise<RunRecord[]> {
  const keys = await store.list(`runs/${pipeline}/`);
  const records = await Promise.all(keys.map((key) => requireJson<RunRecord>(store, key)));
  return records.filter(({ status }) => status === 'judged');
}

function doubledRuns(runs: readonly RunRecord[]): string[] {
  const byHour = Map.groupBy(runs, ({ asOf }) => asOf);
  return [...byHour].flatMap(([asOf, own]) => (own.length === 1 ? [] : [`${asOf} was trained ${own.length} times`]));
}

/** A look leads to one run at most. */
async function doubledDecisions(store: ObjectStore, pipeline: string, runs: readonly RunRecord[]): Promise<string[]> {
  const keys = await store.list(`decisions/${pipeline}/`);
  const decisions = await Promise.all(keys.map((key) => requireJson<RetrainDecision>(store, key)));
  const begun = decisions.filter(({ outcome }) => outcome === 'run');
  const byLook = Map.groupBy(begun, ({ trigger }) => trigger?.look ?? 'none');
  byLook.delete('none');
  const doubled = [...byLook].filter(([, own]) => own.length > 1);
  const few = runs.length > begun.length ? [`${runs.length} runs for ${begun.length} decisions`] : [];
  return [...doubled.map(([look, own]) => `the look at ${look} led to ${own.length} runs`), ...few];
}

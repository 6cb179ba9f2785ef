import type { AlertStanding, LookToJudge, Notice } from '../core/alert.ts';
import { alertMessage } from '../core/alertMessage.ts';
import { nothingYet } from '../core/alertStanding.ts';
import { alertsCopyOf } from '../core/alertsCopy.ts';
import { alertReason } from '../core/alertText.ts';
import { isOutdated, judgeAlert, rulesToJudge } from '../core/judgeAlert.ts';
import type { Look } from '../core/look.ts';
import { alertRulesOf, ownFindings } from '../core/ownAlerts.ts';
import { isWritten, pendingCounts, withPending } from '../core/pendingCounts.ts';
import type { Telling } from '../core/telling.ts';
import { type AlertPlan, unwatched, type WatchPlan } from '../core/watchPlan.ts';
import { postAlert } from '../monitoring/postAlert.ts';
import {
  type AuthoredAlertEvent,
  alertHead,
  alertStanding,
  alertsCopy,
  appendAlert,
  keepAlertsCopy,
  requireEntry,
} from '../registry/alertLog.ts';
import { concurrently, storeHands } from '../storage/concurrently.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { requireJson } from '../storage/objects.ts';
import { planOf } from './planOf.ts';
import type { Ports } from './ports.ts';

/** What came of a notice in the end. */
export interface NoticeEnd {
  readonly notice: Notice;
  readonly kind: 'told' | 'untold';
  readonly why: string;
}

/** From what a look found to who is told of it. The log is the truth: what is tried again finds what it wrote. */
export function createAlertActivities({ store, plans, clock }: Pick<Ports, 'store' | 'plans' | 'clock'>) {
  return {
    /**
     * Judges a look by the rules of its plan, writes what changes, and gives all that somebody is yet to be told of: also
     * of earlier looks, so that nothing is lost with the workflow that was to tell it. Throws `storage.missing`.
     */
    async raiseAlerts({ pipeline, look: given }: LookToJudge): Promise<Notice[]> {
      const look = typeof given === 'string' ? await requireJson<Look>(store, given) : given;
      const { watch } = await planOf(store, look.plan);
      const hasFired = watch === undefined && (await alertHead(store, pipeline)) !== undefined;
      if (watch !== undefined || hasFired) await judgeLook(store, look, watch ?? unwatched, clock());
      return noticesOf(store, pipeline);
    },

    /** Tells a receiver once, unless nobody waits for it any more, or an older entry of the same alert comes first. */
    async tell(notice: Notice): Promise<Telling> {
      const { pipeline, entry: n, receiver: name } = notice;
      const { alerts } = await alertStanding(store, pipeline);
      const waiting = alerts.map((alert) => alert.waiting[name] ?? []).find((entries) => entries.includes(n));
      if (waiting === undefined) return { outcome: 'known', why: 'it was told, or given up, before' };
      if (waiting[0] !== n) return { outcome: 'in turn', why: `entry ${waiting[0]} comes first` };
      const plan = plans.get(pipeline);
      if (plan === undefined) return { outcome: 'failed', why: 'the pipeline worker has no such pipeline' };
      const receiver = plan.watch?.receivers.find((one) => one.name === name);
      if (receiver === undefined) return { outcome: 'refused', why: `the pipeline has no receiver '${name}' any more` };
      const message = alertMessage(notice, (await requireEntry(store, pipeline, n)).entry);
      if (message === null) return { outcome: 'refused', why: `entry ${n} tells of no alert` };
      return postAlert({ receiver, message, nowMs: clock(), environment: process.env });
    },

    /** Writes what came of a notice, once. */
    async endNotice({ notice, kind, why }: NoticeEnd): Promise<void> {
      const { pipeline, entry, receiver } = notice;
      const at = new Date(clock()).toISOString();
      await appendAlert(store, pipeline, ({ alerts }) => {
        const alert = alerts.find(({ waiting }) => waiting[receiver]?.includes(entry))?.alert;
        return alert === undefined ? null : { event: { kind, alert, entry, receiver }, who: 'notify', why, at };
      });
    },
  };
}

/** Rule by rule: one that an earlier attempt has judged changes nothing. At the end the copy tells that it was judged. */
async function judgeLook(store: ObjectStore, look: Look, watch: WatchPlan, nowMs: number): Promise<void> {
  const { pipeline, at } = look;
  const copy = await alertsCopy(store, pipeline);
  if (isOutdated(at, copy?.look ?? null, nowMs)) return;
  const known = (standing: AlertStanding) => withPending(standing, copy?.pending ?? {});
  const before = known(await alertStanding(store, pipeline));
  const counts = new Map(Object.entries(before.rules).map(([rule, held]) => [rule, held.counts]));
  for (const rule of rulesToJudge(before, watch)) {
    const event = judgeAlert(before, 0, rule, look, watch, nowMs);
    if (event === null) continue;
    counts.set(rule.name, event.counts);
    if (isWritten(event, before)) await writeJudged(store, look, rule, watch, { known, nowMs });
  }
  const { n, standing } = (await alertHead(store, pipeline))?.entry ?? { n: 0, standing: nothingYet };
  const pending = pendingCounts(counts, standing);
  const rules = alertRulesOf(watch).map(({ name, severity }) => ({ rule: name, severity }));
  const { everyMs } = watch;
  await keepAlertsCopy(store, pipeline, alertsCopyOf({ n, look: at, everyMs, pending, rules }, standing, at));
}

interface Judging {
  readonly known: (standing: AlertStanding) => AlertStanding;
  readonly nowMs: number;
}

/** Judged again by what the log says when it is written. */
async function writeJudged(
  store: ObjectStore,
  look: Look,
  rule: AlertPlan,
  watch: WatchPlan,
  { known, nowMs }: Judging,
): Promise<void> {
  const judged = { ...look, findings: ownFindings(rule, look, watch.monitors) ?? look.findings };
  await appendAlert(store, look.pipeline, (written, n): AuthoredAlertEvent | null => {
    const standing = known(written);
    const event = judgeAlert(standing, n, rule, look, watch, nowMs);
    if (event === null || !isWritten(event, standing)) return null;
    return { event, who: 'watch', why: alertReason(event, standing, judged), at: look.at };
  });
}

async function noticesOf(store: ObjectStore, pipeline: string): Promise<Notice[]> {
  const { alerts } = await alertStanding(store, pipeline);
  const outstanding = alerts.flatMap(({ waiting }) =>
    Object.entries(waiting).flatMap(([receiver, entries]) => entries.map((entry) => ({ receiver, entry }))),
  );
  return concurrently(outstanding, storeHands, async ({ receiver, entry }): Promise<Notice> => {
    const { digest } = await requireEntry(store, pipeline, entry);
    return { id: `notify/${pipeline}/${entry}/${receiver}/${digest.slice(0, 16)}`, pipeline, entry, receiver };
  });
}

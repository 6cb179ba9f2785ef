import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { alertHead, readAlertLog } from '../../../registry/alertLog.ts';
import { localDisk } from '../../../storage/localDisk.ts';
import type { ObjectStore } from '../../../storage/objectStore.ts';
import { signalProcess } from '../../../workers/signalProcess.ts';
import { killAll, stateProcesses } from '../stateProcesses.ts';
import { findWatchViolations } from './findWatchViolations.ts';
import { type KeptUp, keepUp } from './keepUp.ts';
import { receiverSecret, receiverUrl, watchedArrivals } from './watchedArrivals.ts';
import { type WatchKill, type WatchMoment, watchKills, watchPatterns } from './watchKills.ts';
import type { WebhookReceiver } from './webhookReceiver.ts';
import { firstAsOf, writeArrivals } from './writeArrivals.ts';

export interface WatchRoundOptions {
  /** Goes on from round to round: what one leaves, the next finds. */
  readonly folder: string;
  readonly round: number;
  readonly kills: number;
  readonly seed: number;
  readonly receiver: WebhookReceiver;
  readonly report: (line: string) => void;
}

export interface WatchRound {
  readonly round: number;
  readonly kills: readonly WatchKill[];
  readonly looks: number;
  /** Entries of the log of alerts that somebody was to be told of, and how many messages came. */
  readonly notices: number;
  readonly messages: number;
  /** Messages that came again. */
  readonly resends: number;
  /** Runs that a decision led to. */
  readonly retrained: number;
  readonly seconds: number;
  readonly violations: readonly string[];
}

const { pipeline } = watchedArrivals.plan;
/** Half a minute would be a long time for any of it, also on a busy machine that has just lost a process. */
const patienceMs = 180_000;
const pollMs = 25;
/** How long each goes on, as far as a kill is to hit it. */
const lastsMs: Readonly<Record<WatchMoment, number>> = { watch: 1_000, alert: 60, notify: 300, retrain: 3_000 };

/** Kills processes in the middle of looks, alerts, notices and retrainings, and waits until all that was begun has ended. */
export async function watchRound(options: WatchRoundOptions): Promise<WatchRound> {
  const { folder, round, seed, receiver, report } = options;
  const state = join(folder, 'state');
  const store = localDisk(join(state, 'store'));
  await prepare(folder, state, receiver);
  const [from, began, started] = [(await alertHead(store, pipeline))?.entry.n ?? 0, performance.now(), Date.now()];
  const replay = ['--retrain', pipeline, '--as-of', firstAsOf, '--replay', '1 second'];
  const ports = ['--port', '0', '--ui-port', '0', '--serving-port', '0'];
  const up = keepUp({ folder, state, args: [...replay, ...ports] });
  const kills = watchKills(seed, round, options.kills);
  const found: string[] = [];
  try {
    for (const kill of kills) {
      await begun(kill.during, store, receiver);
      await pause(kill.draw * lastsMs[kill.during]);
      report(`  ${((performance.now() - began) / 1_000).toFixed(1)} s: kill -9 ${kill.victim} during ${kill.during}`);
      found.push(...(await killed(kill, state, up)));
    }
    await settled(store);
  } catch (error) {
    found.push(String(error));
  }
  found.push(...(await up.stop()));
  const messages = receiver.messages.filter(({ at }) => at >= started);
  const counted = await findWatchViolations({ store, watch: watchedArrivals.plan, from, messages });
  const seconds = (performance.now() - began) / 1_000;
  return { round, kills, ...counted, seconds, violations: [...found, ...counted.violations] };
}

/** What a soak that was interrupted left running ends here. */
async function prepare(folder: string, state: string, receiver: WebhookReceiver): Promise<void> {
  await mkdir(state, { recursive: true });
  killAll(await stateProcesses(state));
  await writeArrivals(folder);
  process.env[receiverUrl] = receiver.url;
  process.env[receiverSecret] = receiver.secret;
}

/** Ends when such a thing begins anew. */
async function begun(moment: WatchMoment, store: ObjectStore, receiver: WebhookReceiver): Promise<void> {
  const prefix = { watch: `looks/${pipeline}/`, alert: `alerts/${pipeline}/`, retrain: `decisions/${pipeline}/` };
  if (moment === 'notify') {
    const late = pause(patienceMs, 'late', { ref: false });
    if ((await Promise.race([receiver.arrival(), late])) === 'late') throw new Error('no message came');
    return;
  }
  const countOf = async () => (await store.list(prefix[moment])).length;
  const before = await countOf();
  await until(async () => (await countOf()) > before, `nothing new under ${prefix[moment]}`);
}

async function killed({ victim }: WatchKill, state: string, up: KeptUp): Promise<string[]> {
  if (victim === 'whole up')
    return (await up.killWhole()).map(({ text }) => `outlived the killed up: ${text.slice(0, 80)}`);
  let pid: number | undefined;
  await until(async () => {
    pid = (await stateProcesses(state)).find(({ text }) => watchPatterns[victim].test(text))?.pid;
    return pid !== undefined;
  }, `there is no ${victim}`);
  signalProcess(pid ?? 0, 'SIGKILL');
  return [];
}

/** Until an alert that fired after now is over, and nobody is yet to be told of it or of any before. */
async function settled(store: ObjectStore): Promise<void> {
  const now = (await alertHead(store, pipeline))?.entry.n ?? 0;
  let last = Number.POSITIVE_INFINITY;
  await until(async () => {
    const log = (await readAlertLog(store, pipeline)).map(({ entry }) => entry);
    const fired = log.find(({ n, event }) => n > now && event.kind === 'fired')?.n;
    last = log.find(({ n, event }) => fired !== undefined && n > fired && event.kind === 'resolved')?.n ?? last;
    const waiting = log.at(-1)?.standing.alerts.flatMap((alert) => Object.values(alert.waiting).flat()) ?? [];
    return log.some(({ n }) => n >= last) && waiting.every((n) => n > last);
  }, 'no alert fired, was told, and was over');
}

async function until(isSo: () => Promise<boolean>, otherwise: string): Promise<void> {
  const end = performance.now() + patienceMs;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`${otherwise} within ${patienceMs / 1_000} s`);
    await pause(pollMs);
  }
}

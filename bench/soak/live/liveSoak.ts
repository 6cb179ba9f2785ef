import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { AlertEntry } from '../../../core/alert.ts';
import { hourStart } from '../../../core/time.ts';
import { readAlertLog } from '../../../registry/alertLog.ts';
import { readLedger } from '../../../registry/ledger.ts';
import { lastLooks } from '../../../registry/looks.ts';
import { decisionsOn } from '../../../registry/retrainings.ts';
import { servingLeases } from '../../../registry/servingLeases.ts';
import { localDisk } from '../../../storage/localDisk.ts';
import type { ObjectStore } from '../../../storage/objectStore.ts';
import { killAll, stateProcesses } from '../stateProcesses.ts';
import { keepUp } from '../watch/keepUp.ts';
import { receiverSecret, receiverUrl } from '../watch/watchedArrivals.ts';
import { openReceiver, type ReceivedMessage } from '../watch/webhookReceiver.ts';
import { liveFlights } from './liveFlights.ts';
import { flightsOf, type Play, playFlights } from './playFlights.ts';

export interface LiveSoakOptions {
  readonly folder: string;
  readonly report: (line: string) => void;
}

/** Each when it was first seen, in seconds from the first answer, with what was seen. */
export interface LiveStep {
  readonly step: LiveStepName;
  readonly seconds: number;
  /** In the replayed time, ISO, UTC. */
  readonly replayed: string;
  readonly what: string;
}

const steps = [
  ...['first answer', 'first label', 'decay seen', 'alert fired', 'alert received', 'retraining decided'],
  ...['new champion', 'alert resolved', 'end received'],
] as const;
export type LiveStepName = (typeof steps)[number];

export interface LiveSoakReport {
  readonly soak: 'live';
  /** Times real time. */
  readonly times: number;
  readonly asked: number;
  readonly labelled: number;
  readonly failedRequests: number;
  readonly messages: number;
  readonly steps: readonly LiveStep[];
  readonly violations: readonly string[];
}

const { pipeline } = liveFlights.plan;
/** The champion is a day old when it is asked first, and it is asked by day. */
const asOf = '2001-03-15T10';
const from = '2001-03-16T10';
const until = '2001-03-18T12';
const times = 60;
/** The longest flights land seven hours after they left: with the eight that are judged a quarter of an hour. */
const patienceMs = 60 * 60_000;
const pollMs = 500;

/** The flights pass by at 60 times real time; nobody does anything, and the loop must close by itself. */
export async function liveSoak({ folder, report }: LiveSoakOptions): Promise<LiveSoakReport> {
  const state = join(folder, 'state');
  await prepare(folder, state);
  const store = localDisk(join(state, 'store'));
  const receiver = await openReceiver({ key: Buffer.alloc(32, 9), answer: () => 204 });
  process.env[receiverUrl] = receiver.url;
  process.env[receiverSecret] = receiver.secret;
  const flights = await flightsOf(folder, `${from}:00:00`, `${until}:00:00`);
  const replay = ['--retrain', pipeline, '--as-of', asOf, '--replay', '1 minute', '--from', from];
  const up = keepUp({ folder, state, args: replay });
  let play: Play | undefined;
  const seen: LiveStep[] = [];
  const violations: string[] = [];
  try {
    const { url, startedMs } = await answering(store);
    const fromMs = hourStart(from);
    play = playFlights({ pipeline, url, flights, fromMs, startedMs, times });
    const end = Date.now() + patienceMs;
    while (seen.length < steps.length && Date.now() < end) {
      for (const [step, what] of await stepsSeen(store, play, receiver.messages, seen)) {
        const ms = Date.now() - startedMs;
        const replayed = new Date(fromMs + ms * times).toISOString();
        seen.push({ step, seconds: ms / 1_000, replayed, what });
        report(`${(ms / 1_000).toFixed(0)} s, ${replayed}: ${step}: ${what}`);
      }
      await pause(pollMs);
    }
  } catch (error) {
    violations.push(String(error));
  } finally {
    await play?.stop();
    violations.push(...(await up.stop()));
    await receiver.close();
  }
  const missing = steps.filter((step) => !seen.some((one) => one.step === step));
  const wrong = receiver.messages.filter(({ valid }) => !valid).map(({ id }) => `the signature of ${id} is wrong`);
  return {
    ...{ soak: 'live', times, asked: play?.asked() ?? 0, labelled: play?.labelled() ?? 0 },
    ...{ failedRequests: play?.failed() ?? 0, messages: receiver.messages.length, steps: seen },
    violations: [...violations, ...wrong, ...missing.map((step) => `not seen: ${step}`)],
  };
}

async function prepare(folder: string, state: string): Promise<void> {
  await mkdir(join(folder, 'pipelines'), { recursive: true });
  await mkdir(state, { recursive: true });
  await mkdir(join(folder, 'tmp'), { recursive: true });
  killAll(await stateProcesses(state));
  const module = pathToFileURL(join(import.meta.dirname, 'liveFlights.ts')).href;
  await writeFile(join(folder, 'pipelines', 'live.ts'), `export { liveFlights } from '${module}';\n`);
}

/** The replay begins when the first champion answers; where, and when that was. */
async function answering(store: ObjectStore): Promise<{ url: string; startedMs: number }> {
  const end = Date.now() + patienceMs;
  while (Date.now() < end) {
    const lease = (await servingLeases(store, pipeline)).find(({ epoch }) => epoch > 0);
    if (lease !== undefined) return { url: lease.url, startedMs: Date.now() };
    await pause(pollMs);
  }
  throw new Error('nobody answered');
}

/** What is there now, and was not before. */
async function stepsSeen(
  store: ObjectStore,
  play: Play,
  messages: readonly ReceivedMessage[],
  before: readonly LiveStep[],
): Promise<[LiveStepName, string][]> {
  const log = (await readAlertLog(store, pipeline)).map(({ entry }) => entry);
  const [ledger, looks] = [await readLedger(store, pipeline), await lastLooks(store, pipeline, 1, Date.now())];
  const decay = looks[0]?.findings.find(({ state }) => state === 'off');
  const run = (await decisionsOn(store, pipeline, 100, Date.now())).find(
    ({ outcome, trigger }) => outcome === 'run' && trigger?.kind === 'decay',
  );
  const champion = ledger.findLast(({ event }) => event.kind === 'promoted' && event.version > 1);
  const resolved = ofKind(log, 'resolved');
  const facts: readonly (readonly [LiveStepName, string | undefined])[] = [
    ['first answer', play.asked() > 0 ? `${play.asked()} flights asked about` : undefined],
    ['first label', play.labelled() > 0 ? `${play.labelled()} labels` : undefined],
    ['decay seen', decay?.text],
    ['alert fired', ofKind(log, 'fired')?.why],
    ['alert received', received(messages, 'fired')],
    ['retraining decided', run?.text],
    ['new champion', champion === undefined ? undefined : `entry ${champion.n} of the ledger, ${champion.why}`],
    ['alert resolved', champion === undefined ? undefined : resolved?.why],
    ['end received', received(messages, 'resolved')],
  ];
  return facts.flatMap(([step, what]) =>
    what === undefined || before.some((one) => one.step === step) ? [] : [[step, what] as [LiveStepName, string]],
  );
}

function ofKind(log: readonly AlertEntry[], kind: AlertEntry['event']['kind']): AlertEntry | undefined {
  return log.findLast(({ event }) => event.kind === kind);
}

function received(messages: readonly ReceivedMessage[], news: string): string | undefined {
  const message = messages.find(({ valid, body }) => valid && body.includes(`"whetstone.alert.${news}"`));
  return message === undefined ? undefined : `${message.id}, its signature is right`;
}

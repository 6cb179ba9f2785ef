import type { Alert, Silence } from '../core/alert.ts';
import { WhetError } from '../core/errors.ts';
import { type JoinedHour, type LabelJoin, labelJoinKey } from '../core/labelJoin.ts';
import type { LedgerEntry } from '../core/ledger.ts';
import { type FindingState, type Look, lookKey, type MonitorFinding, outcomeOf, worstFirst } from '../core/look.ts';
import type { RetrainDecision } from '../core/retrainDecision.ts';
import { isInForce } from '../core/silences.ts';
import type { Hour } from '../core/time.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { readJson, rememberedHint } from '../storage/objects.ts';
import { alertHead } from './alertLog.ts';
import { headOf } from './ledger.ts';
import { lastLooks } from './looks.ts';
import { decisionsOn } from './retrainings.ts';

/** What is known of how a pipeline does: what the newest look found, what is open, what was decided. */
export interface WatchStanding {
  readonly pipeline: string;
  readonly champion: WatchedChampion | null;
  /** The newest look, without its findings; null where none was taken. */
  readonly look: WatchedLook | null;
  /** Of the newest look: what is off first, then what cannot be told. */
  readonly findings: readonly WatchedFinding[];
  /** Those that fire, and those that are over while somebody is yet to be told. */
  readonly alerts: readonly Alert[];
  /** Those in force. */
  readonly silences: readonly Silence[];
  /** The last that was taken; null where none was. */
  readonly decision: RetrainDecision | null;
  /** The last hours in which rows were answered, oldest first, as far as the looks have seen them. */
  readonly answered: readonly AnsweredHour[];
}

export interface WatchedChampion {
  readonly version: number;
  readonly epoch: number;
  /** Of its tables. */
  readonly asOf: Hour;
  /** ISO time, UTC: when it became the champion. */
  readonly since: string;
}

export interface WatchedLook {
  /** Where it lies in the store. */
  readonly key: string;
  /** ISO time, UTC. */
  readonly at: string;
  readonly plan: string;
  readonly counts: Readonly<Record<FindingState, number>>;
}

export interface WatchedFinding extends MonitorFinding {
  /** The same figure in the last looks, oldest first, this one last; null where there was none. */
  readonly course: readonly (number | null)[];
}

export interface AnsweredHour {
  readonly hour: Hour;
  readonly predictions: number;
  readonly settled: number;
}

/** So many looks make a finding's course, and so many hours are told. */
const looksTold = 24;
const hoursTold = 3;

/** Throws `pipeline.unknown` for a name that has no version, no routing and no look, and as `headOf`. */
export async function watchStanding(store: ObjectStore, pipeline: string, nowMs: number): Promise<WatchStanding> {
  const [head, looks] = [await headOf(store, pipeline), await lastLooks(store, pipeline, looksTold, nowMs)];
  const newest = looks.at(-1);
  const isKnown = head !== undefined || newest !== undefined || (await store.has(routingKey(pipeline)));
  if (!isKnown) throw unknown(pipeline);
  const standing = (await alertHead(store, pipeline))?.entry.standing;
  return {
    pipeline,
    champion: head === undefined ? null : await championOf(store, pipeline, head),
    look: newest === undefined ? null : toldLook(newest),
    findings: worstFirst(newest?.findings ?? []).map((finding) => ({ ...finding, course: courseOf(finding, looks) })),
    alerts: standing?.alerts ?? [],
    silences: (standing?.silences ?? []).filter((silence) => isInForce(silence, new Date(nowMs).toISOString())),
    decision: (await decisionsOn(store, pipeline, 1, nowMs))[0] ?? null,
    answered: answeredIn(await rememberedHint<LabelJoin>(store, labelJoinKey(pipeline))),
  };
}

/** The pipelines that have a routing, by name. */
export async function watchedPipelines(store: ObjectStore): Promise<string[]> {
  const keys = await store.list('serving/');
  return keys.flatMap((key) => /^serving\/([^/]+)\/routing\.json$/.exec(key)?.[1] ?? []);
}

/** Walks back from the newest entry; where a version answers for long that is far, and it is walked once an epoch. */
async function championOf(store: ObjectStore, pipeline: string, head: LedgerEntry): Promise<WatchedChampion | null> {
  const { version, epoch } = head.routing;
  if (version === null) return null;
  const known = champions.get(store)?.get(pipeline);
  if (known?.version === version && known.epoch === epoch) return known;
  let [since, asOf] = [head.at, ''];
  for (let entry: LedgerEntry | undefined = head, isSince = true; entry !== undefined && (isSince || asOf === ''); ) {
    isSince &&= entry.routing.version === version;
    if (isSince) since = entry.at;
    const { event } = entry;
    if (event.kind === 'registered' && event.record.version === version) asOf = event.record.asOf;
    entry = await readJson<LedgerEntry>(store, `models/${pipeline}/ledger/${entry.n - 1}.json`);
  }
  const champion = { version, epoch, asOf, since };
  champions.set(store, new Map([...(champions.get(store) ?? []), [pipeline, champion]]));
  return champion;
}

const champions = new WeakMap<ObjectStore, ReadonlyMap<string, WatchedChampion>>();

function routingKey(pipeline: string): string {
  return `serving/${pipeline}/routing.json`;
}

function toldLook(look: Look): WatchedLook {
  return { key: lookKey(look.pipeline, look.at), at: look.at, plan: look.plan, counts: outcomeOf(look).counts };
}

function courseOf({ monitor, about }: MonitorFinding, looks: readonly Look[]): (number | null)[] {
  return looks.map(
    ({ findings }) => findings.find((one) => one.monitor === monitor && one.about === about)?.value ?? null,
  );
}

function answeredIn(join: LabelJoin | undefined): AnsweredHour[] {
  const hours: [Hour, JoinedHour][] = Object.entries(join?.hours ?? {}).sort();
  return hours.slice(-hoursTold).map(
    ([
      hour,
      {
        counts: { predictions, settled },
      },
    ]) => ({ hour, predictions, settled }),
  );
}

function unknown(pipeline: string): WhetError {
  const todo = 'Name a pipeline that has a version: whet versions PIPELINE lists them.';
  return new WhetError('pipeline.unknown', { expected: 'a pipeline with a version', came: `'${pipeline}'`, todo });
}

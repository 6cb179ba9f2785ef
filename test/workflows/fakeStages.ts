import type { BatchActivities, PipelineActivities, TrialActivities } from '../../activities/activities.ts';
import { createWaitActivities } from '../../activities/awaitRun.ts';
import { canonicalJson } from '../../core/canonicalJson.ts';
import { lookKey } from '../../core/look.ts';
import type { RetrainDecision, RunTrigger } from '../../core/retrainDecision.ts';
import { usualAnalysis } from '../../core/rolloutPlan.ts';
import type { RunRecord, StageName, StageRecord, TrialRow } from '../../core/run.ts';
import type { Scorecard } from '../../core/scorecard.ts';
import type { TrialRequest, TrialResult } from '../../core/trial.ts';
import { ranked, trialValue } from '../../core/trialValue.ts';
import { candidateOf } from './candidateOf.ts';
import { type BacktestNames, usualBacktests } from './fakeBacktests.ts';
import { storyPlan } from './storyPlan.ts';

export type StoryActivities = PipelineActivities & TrialActivities & BatchActivities;

/** What an activity was asked. */
export interface Call {
  readonly name: string;
  readonly input: unknown;
}

export interface FakeStages {
  readonly activities: StoryActivities;
  /** Every call since the last `reset`, in order. */
  readonly calls: readonly Call[];
  /** The names of the calls, in order. */
  names(): string[];
  /** The inputs of the calls of one activity, in order. */
  inputsOf<Name extends keyof StoryActivities>(name: Name): Parameters<StoryActivities[Name]>[0][];
  /** What the activities do unless they are told otherwise. */
  usual(): StoryActivities;
  /** Lets some activities do something else until the next `reset`. */
  behave(changes: Partial<StoryActivities>): void;
  reset(): void;
}

/** Activities that answer at once with small values that fit together, and remember what they were asked. */
export function fakeStages(): FakeStages {
  const calls: Call[] = [];
  let usual = usualActivities();
  let changed: Partial<StoryActivities> = {};
  const recorded = Object.keys(usual).map((name) => [name, recording(name as keyof StoryActivities)]);
  return {
    activities: Object.fromEntries(recorded) as StoryActivities,
    calls,
    names: () => calls.map(({ name }) => name),
    inputsOf: (wanted) => calls.filter(({ name }) => name === wanted).map(({ input }) => input as never),
    usual: () => usual,
    behave(changes) {
      changed = { ...changed, ...changes };
    },
    reset() {
      calls.length = 0;
      usual = usualActivities();
      changed = {};
    },
  };

  function recording(name: keyof StoryActivities): (input: unknown) => unknown {
    return (input) => {
      calls.push({ name, input });
      return (changed[name] ?? usual[name])(input as never);
    };
  }
}

/** Each is named, so that a new or changed activity does not compile until it is here. */
function usualActivities(): StoryActivities {
  return {
    ...usualStages(),
    ...usualReleases(),
    ...usualWatch(),
    ...usualAlerts(),
    ...usualRetrainings(),
    ...usualBacktests(),
    ...createWaitActivities(),
  };
}

type ReleaseNames =
  | 'submit'
  | 'register'
  | 'reject'
  | 'makeReference'
  | 'knownVersion'
  | 'orderedVersion'
  | 'openRelease'
  | 'approve'
  | 'setPaused'
  | 'shareTraffic'
  | 'prepare'
  | 'watchStep'
  | 'awaitPrepared'
  | 'abandon'
  | 'commit'
  | 'awaitApplied';

type WatchNames = 'look';

function usualWatch(): Pick<StoryActivities, WatchNames> {
  return {
    async look({ pipeline, atMs }) {
      const at = new Date(atMs).toISOString();
      const counts = { fine: 1, off: 1, 'too little to say': 0 };
      const off = { monitor: 'auc', about: 'champion', state: 'off', text: 'auc 0.6, below 0.65' } as const;
      const fine = { monitor: 'staleness', about: 'tables', state: 'fine', text: '1 hour old, at most 2' } as const;
      return { key: lookKey(pipeline, at), at, champion: { version: 1, epoch: 1 }, counts, told: [off, fine] };
    },
  };
}

type AlertNames = 'raiseAlerts' | 'tell' | 'endNotice';

/** Nothing is off, and each receiver answers. */
function usualAlerts(): Pick<StoryActivities, AlertNames> {
  return {
    raiseAlerts: async () => [],
    tell: async () => ({ outcome: 'told', why: 'it answered 204' }),
    endNotice: async () => undefined,
  };
}

type RetrainingNames = 'admitRetrain' | 'endRetrain' | 'considerRetrain';

/** Whatever is asked for goes, unless there is nothing new. */
function usualRetrainings(): Pick<StoryActivities, RetrainingNames> {
  return {
    admitRetrain: async ({ trigger, nothingNew, asOf }) => decisionOf(trigger, nothingNew, asOf),
    endRetrain: async () => undefined,
    considerRetrain: async () => decisionOf(null, 'nothing asks for a run', null),
  };
}

function decisionOf(trigger: RunTrigger | null, against: string | null, asOf: string | null): RetrainDecision {
  const at = '2001-03-15T12:00:00.000Z';
  const ruling =
    against === null
      ? ({ outcome: 'run', reason: 'asked for', text: 'run: asked for' } as const)
      : ({ outcome: 'skipped', reason: 'nothing new', text: `skipped: ${against}` } as const);
  return { format: 1, pipeline: 'a', at, clock: at, trigger, ...ruling, numbers: null, plan: 'plan-1', asOf };
}

function usualStages(): Omit<
  StoryActivities,
  ReleaseNames | WatchNames | AlertNames | RetrainingNames | BacktestNames | 'awaitRun'
> {
  const kept = new Map<string, readonly TrialRow[]>();
  const rowsOf = (pages: readonly string[]): TrialRow[] => pages.flatMap((page) => kept.get(page) ?? []);
  return {
    resolve: async ({ input }) => ({
      planId: 'plan-1',
      plan: storyPlan(input.pipeline),
      asOf: input.asOf ?? '2001-03-15T12',
      skip: null,
    }),
    contract: async () => ({
      output: {
        partitions: 'objects/partitions',
        rows: { read: 1_000, quarantined: 4 },
        counts: { total: 24, validated: 1, reused: 23 },
        validated: ['2001-03-15T11'],
      },
      record: recordOf('contract'),
    }),
    readFiles: async () => undefined,
    validateBatch: async () => 12,
    snapshot: async () => ({ output: { id: 'snapshot-1', rows: 996 }, record: recordOf('snapshot') }),
    features: async () => ({
      output: { matrix: 'objects/matrix', rows: { train: 700, validate: 150, test: 146 } },
      record: recordOf('features'),
    }),
    openSearch: async ({ search }) => ({
      identity: { name: 'search', version: 1, section: search, inputs: {} },
      backend: 'js',
      held: null,
    }),
    closeSearch: async ({ opening }) => ({ ...recordOf('search'), reused: opening.held !== null }),
    async keepTrials({ rows }) {
      const page = `page ${kept.size + 1}`;
      kept.set(page, rows);
      return page;
    },
    explainSearch: async () => undefined,
    trialValues: async ({ pages, metric }) => rowsOf(pages).map((row) => trialValue(row, metric)),
    async gatherTrials({ pages, rows: latest, best, metric }) {
      const all = [...rowsOf(pages), ...latest];
      const rows = ranked(all, metric);
      const reused = rows.filter((row) => row.reused).length;
      return {
        best: resultOf(all[best] as TrialRow),
        trials: { total: rows.length, run: rows.length - reused, reused, table: 'objects/trials' },
      };
    },
    package: async () => ({
      output: { id: 'objects/package', digest: 'digest-1', threshold: 0.5 },
      record: recordOf('package'),
    }),
    ownBase: async ({ pipeline, run = `${pipeline}/2001-03-15T12/1` }) => ({
      run,
      plan: storyPlan(pipeline),
      planId: 'plan-1',
      asOf: '2001-03-15T12',
      snapshot: 'snapshot-1',
      matrix: 'objects/matrix',
    }),
    resolveRefresh: async ({ input }) => ({
      planId: 'plan-1',
      plan: storyPlan(input.pipeline),
      champion: { ...candidateOf(input.pipeline, 'digest-1', '2001-03-15T12'), version: 3 },
      asOf: input.asOf ?? '2001-03-15T13',
      skip: null,
    }),
    refreshPackage: async () => ({
      output: { id: 'objects/refreshed', digest: 'digest-refreshed', threshold: 0.5 },
      record: recordOf('package'),
    }),
    openScoring: async ({ input }) => ({
      ...{ pipeline: input.pipeline, version: 3, package: 'objects/package', digest: 'digest-1', threshold: 0.5 },
      ...{ answer: { positive: 'late', negative: 'on time' }, inputs: [], nulls: [], in: input.in, out: input.out },
      ...{ key: [], columns: null, rows: 1_000, refuseAtMost: 0.01 },
    }),
    scoring: async ({ done = [] }) => {
      const [open] = (
        [
          ['inputs', 2],
          ['scores', 3],
        ] as const
      ).slice(done.length);
      if (open !== undefined)
        return { open: { kind: open[0], list: `list ${open[0]}`, batches: open[1], text: `5 ${open[0]}` } };
      const counts = { partitions: 5, reused: 2, rows: 4_990, refused: 10, scored: 3_000, others: 0 };
      return { ...counts, manifest: '_scores/manifest.json' };
    },
    openInputs: async () => undefined,
    scoreBatch: async () => undefined,
    packageOwn: async () => ({
      output: { id: 'objects/own-package', digest: 'digest-own', threshold: 0.5 },
      record: recordOf('package'),
    }),
    scorecard: async ({ asOf }) => ({
      output: { id: 'objects/scorecard', card: cardOf(asOf) },
      record: recordOf('scorecard'),
    }),
    standings: async () => ({ ledger: 'none', standings: {} }),
    recordRun: async ({ record }): Promise<RunRecord> => ({
      ...record,
      run: `${record.pipeline}/${record.asOf}/1`,
      workflow: 'workflow-1',
      endedAt: '2001-03-15T12:01:00.000Z',
    }),
    trainTrials: async ({ requests }) => requests.map((request) => ({ result: trialOf(request, 0.6), reused: false })),
  };
}

/** Versions are counted by digest; the version committed last is the champion, and no older hour follows it. */
function usualReleases(): Pick<StoryActivities, ReleaseNames> {
  const versions = new Map<string, number>();
  const hours = new Map<number, string>();
  const champions = new Map<string, number>();
  return {
    submit: async () => ({ version: 1 }),
    async register({ pipeline, candidate }) {
      const version = versions.get(candidate.digest) ?? versions.size + 1;
      versions.set(candidate.digest, version);
      hours.set(version, candidate.asOf);
      const champion = champions.get(pipeline);
      const isOlder = candidate.asOf < (hours.get(champion ?? 0) ?? '');
      const failed = candidate.verdict.passed ? null : `the gate's verdict is ${candidate.verdict.outcome}`;
      const hindrance = failed ?? (isOlder ? `version ${version} is older than the champion` : null);
      return { version, hindrance, isChampion: champion === version, missing: [] };
    },
    reject: async () => undefined,
    makeReference: async () => undefined,
    knownVersion: async ({ version }) => version,
    orderedVersion: async ({ version, stops }) => version ?? stops ?? 1,
    openRelease: async () => ({ paused: null, waiting: null }),
    approve: async () => ({ missing: [] }),
    setPaused: async () => undefined,
    shareTraffic: async () => 'requests shared: b (version 2) answers 50 %',
    prepare: async () => ({ champion: null, steps: [], analysis: usualAnalysis, atOnce: null }),
    watchStep: async ({ step }) => ({ outcome: 'pass', requests: step.requests, checks: [] }),
    awaitPrepared: async () => ({ done: ['a'], refused: {}, awaited: [] }),
    abandon: async () => undefined,
    async commit({ pipeline, version, event }) {
      if (event === 'promoted' || event === 'rolled back') champions.set(pipeline, version);
      return { epoch: 1 };
    },
    awaitApplied: async () => ({ done: ['a'], refused: {}, awaited: [] }),
  };
}

/** A trial's result with its metric, or a diverged one. */
export function trialOf({ candidate, epochs, backend, warmStart }: TrialRequest, auc: number | null): TrialResult {
  return {
    key: `${canonicalJson(candidate)} ${epochs}`,
    candidate,
    epochs,
    steps: 10,
    rowsTrained: 100,
    backend,
    validation: auc === null ? null : { auc },
    weights: 'objects/weights',
    seconds: 1,
    ...(warmStart && { warmStart }),
  };
}

function resultOf({ key, learner, parameters, epochs, backend, validation }: TrialRow): TrialResult {
  return { ...trialOf({ candidate: { learner, parameters }, epochs, backend } as TrialRequest, null), key, validation };
}

function recordOf(name: StageName): StageRecord {
  return { name, key: `key of ${name}`, seconds: 0.5, reused: false, inputs: { from: `inputs of ${name}` } };
}

function cardOf(asOf: string): Scorecard {
  return {
    ...{ asOf, rows: 146, positives: 30, hours: 24, unsettled: 2 },
    metrics: { auc: { value: 0.7, low: 0.65, high: 0.75 } },
    slices: [],
    champion: null,
    reference: null,
  };
}

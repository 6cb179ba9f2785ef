import { join, resolve } from 'node:path';
import { batchesOf } from '../core/batches.ts';
import { WhetError } from '../core/errors.ts';
import type { ModelPackage } from '../core/modelPackage.ts';
import type { Opened } from '../core/openWork.ts';
import type { Plan } from '../core/plan.ts';
import { type ScoreInput, usualPartitionRows } from '../core/scoreInput.ts';
import type { OpenedInput, ScoredPartition, ScorePartition, Scoring, ScoringOutcome } from '../core/scoring.ts';
import { sharedPath } from '../datasets/sources/sharedPath.ts';
import { inputFiles } from '../models/score/inputFiles.ts';
import { openInput, type PlacedInput } from '../models/score/openInput.ts';
import { partitionKey, scorePartition, scoresKey } from '../models/score/scorePartition.ts';
import { scorePartitions } from '../models/score/scorePartitions.ts';
import { type LoadedPackage, loadPackage } from '../models/scorers/loadPackage.ts';
import { findVersion } from '../registry/versions.ts';
import { concurrently, storeHands } from '../storage/concurrently.ts';
import { digestOfValue } from '../storage/digest.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { createJson, getObjectJson, readJson, requireJson } from '../storage/objects.ts';
import { isAddress, openStore } from '../storage/openStore.ts';
import type { Ports } from './ports.ts';
import { whileBeating } from './whileBeating.ts';
import {
  type BatchInput,
  dropResults,
  keepWork,
  keptBatch,
  leaveResult,
  namesOfWork,
  resultsOfWork,
} from './workList.ts';

export interface ScoreStageInput {
  readonly scoring: Scoring;
  /** Lists of work that was opened for this answer, and is done. */
  readonly done?: readonly string[];
}

/** `whet score`: what is pinned when it begins, what is still to do, and what it came to. */
export function createScoreActivities(ports: Ports) {
  return {
    openScoring: ({ input }: { readonly input: ScoreInput }): Promise<Scoring> => openScoring(ports, input),
    scoring: (input: ScoreStageInput): Promise<ScoringOutcome | Opened> => whileBeating(() => scoring(ports, input)),
  };
}

/** Pieces of it that many workers share. */
export function createScoreBatchActivities(ports: Ports) {
  const loaded = lastLoaded(ports.store);
  return {
    /** Opens input files, and leaves what is to be known of them for whoever asked. */
    async openInputs({ list, at }: BatchInput): Promise<void> {
      const { scoring, files } = await keptBatch<InputBatch>(ports.store, list, at);
      await whileBeating(async () => {
        const inputs = await concurrently(files, 1, (file) => openInput(ports, scoring, file));
        await leaveResult(ports.store, list, at, { inputs });
      });
    },
    /** Scores output partitions; those that are there stay. */
    async scoreBatch({ list, at }: BatchInput): Promise<void> {
      const { scoring, partitions } = await keptBatch<PartitionBatch>(ports.store, list, at);
      await whileBeating(async () => {
        const { scorer } = await loaded(scoring.package);
        const output = outputOf(ports, scoring);
        for (const partition of partitions) await scorePartition({ ...ports, scorer, output }, scoring, partition);
      });
    },
  };
}

interface InputBatch {
  readonly scoring: Scoring;
  readonly files: readonly PlacedInput[];
}

/** What a batch of input files leaves. */
interface OpenedInputs {
  readonly inputs: readonly OpenedInput[];
}

interface PartitionBatch {
  readonly scoring: Scoring;
  readonly partitions: readonly ScorePartition[];
}

async function openScoring(
  { store }: Ports,
  { pipeline, version: name = 'champion', rows = usualPartitionRows, refuseAtMost, ...input }: ScoreInput,
): Promise<Scoring> {
  const version = await findVersion(store, pipeline, name);
  const held = await getObjectJson<ModelPackage>(store, version.package);
  // A package that came from elsewhere may be without its plan, as in serving.
  const contract = (await readJson<Plan>(store, `plans/${held.plan}.json`))?.contract;
  const inputs = held.inputs.map((column) => ({
    ...column,
    checks: [],
    ...(contract?.columns.find((own) => own.name === column.name)?.coerce && { coerce: true as const }),
  }));
  return {
    ...{ pipeline, version: version.version, package: version.package, digest: version.digest },
    ...{ threshold: held.threshold, answer: held.answer, inputs, nulls: contract?.source.nulls ?? [] },
    ...{ in: input.in, out: input.out, key: input.key ?? [], columns: input.columns ?? null },
    ...{ rows, refuseAtMost: refuseAtMost ?? contract?.quarantine.atMost ?? 0 },
  };
}

/** A file takes some 10 ms to be opened, and of text a second for every 50 MB; none is larger than a batch here. */
const inputBounds = { weight: 16, count: 500 };

/** At most 1,000 steps in the workflow's history, however many partitions there are. */
const partitionBounds = { weight: usualPartitionRows, count: 1_000 };

async function scoring(ports: Ports, { scoring, done = [] }: ScoreStageInput): Promise<ScoringOutcome | Opened> {
  if (done.length === 0) return openedFiles(ports, scoring);
  const output = outputOf(ports, scoring);
  const found = await resultsOfWork<OpenedInputs>(ports.store, done);
  const inputs = found.flatMap((left) => left.inputs);
  const all = scorePartitions(scoring, inputs);
  const asked = await namesOfWork(ports.store, done);
  requireOpened(asked, inputs, all);
  const there = new Set(await output.list(''));
  const left = all.filter(({ name }) => !there.has(partitionKey(name)));
  if (left.length > 0) return openedPartitions(ports, scoring, left, done);
  const outcome = await close(ports, scoring, { all, asked, there, inputs });
  await dropResults(ports.store, done);
  return outcome;
}

async function openedFiles(ports: Ports, scoring: Scoring): Promise<Opened> {
  const found = await inputFiles(ports, scoring.in, scoring.out);
  const files = found.map((file, place): PlacedInput => ({ ...file, place, path: sharedPath(ports, file.path) }));
  const batches = batchesOf(files, () => 1, inputBounds).map((some): InputBatch => ({ scoring, files: some }));
  const text = files.length === 1 ? '1 file' : `${files.length} files`;
  return { open: await keepWork(ports.store, { kind: 'inputs', text, batches, names: files.map(({ path }) => path) }) };
}

async function openedPartitions(
  ports: Ports,
  scoring: Scoring,
  left: readonly ScorePartition[],
  done: readonly string[],
): Promise<Opened> {
  // Asked for once: what is not there then cannot be made, since its file is another by now.
  if (done.length > 1) throw changed(left[0]?.input.path ?? '');
  const batches = batchesOf(left, ({ from, to }) => to - from, partitionBounds);
  const text = left.length === 1 ? '1 partition' : `${left.length} partitions`;
  const work = { kind: 'scores', text, names: left.map(({ name }) => name) } as const;
  const kept = batches.map((partitions): PartitionBatch => ({ scoring, partitions }));
  return { open: await keepWork(ports.store, { ...work, batches: kept }) };
}

/** A file that changed while it was opened left nothing. */
function requireOpened(
  asked: ReadonlySet<string>,
  inputs: readonly OpenedInput[],
  all: readonly ScorePartition[],
): void {
  const known = new Set([...inputs.map(({ path }) => path), ...all.map(({ name }) => name)]);
  const missing = [...asked].find((name) => !known.has(name));
  if (missing !== undefined) throw changed(missing);
}

function changed(path: string): WhetError {
  return new WhetError('source.changed', { expected: `${path} to stay as it was while it is scored`, came: 'another' });
}

interface Closing {
  readonly all: readonly ScorePartition[];
  /** The names of all that was worked on. */
  readonly asked: ReadonlySet<string>;
  /** The keys of the output. */
  readonly there: ReadonlySet<string>;
  readonly inputs: readonly OpenedInput[];
}

/** Sums up, and keeps what belongs together: in the output for who reads it, in the store for who asks where it came from. */
async function close(ports: Ports, scoring: Scoring, { all, asked, there, inputs }: Closing): Promise<ScoringOutcome> {
  const output = outputOf(ports, scoring);
  const partitions = await concurrently(all, storeHands, ({ name }) =>
    requireJson<ScoredPartition>(output, partitionKey(name)),
  );
  const made = partitions.filter(({ name }) => asked.has(name));
  const [rows, refused] = [sum(partitions, 'rows'), sum(partitions, 'refused')];
  const { pipeline, version, digest, in: input } = scoring;
  const facts = { pipeline, version, digest, package: scoring.package, input, rows, refused };
  const id = digestOfValue({ ...facts, partitions }).slice(0, 20);
  const manifest = `_scores/${id}.json`;
  await createJson(output, manifest, { ...facts, partitions });
  const inputDigest = digestOfValue(inputs.map((one) => one.digest));
  const at = new Date(ports.clock()).toISOString();
  const lineage = { ...facts, inputDigest, output: scoring.out, manifest, partitions: partitions.length, at };
  await createJson(ports.store, `scores/${pipeline}/${id}.json`, lineage);
  requireWithin(scoring, rows, refused);
  const own = new Set(partitions.map(({ name }) => scoresKey(name)));
  const others = [...there].filter((key) => /^[^/]+\.parquet$/.test(key) && !own.has(key)).length;
  const scored = sum(made, 'rows') + sum(made, 'refused');
  return { partitions: all.length, reused: all.length - made.length, rows, refused, scored, others, manifest };
}

function sum(partitions: readonly ScoredPartition[], field: 'rows' | 'refused'): number {
  return partitions.reduce((total, partition) => total + partition[field], 0);
}

function requireWithin({ refuseAtMost, out }: Scoring, rows: number, refused: number): void {
  if (refused <= refuseAtMost * (rows + refused)) return;
  throw new WhetError('score.over-budget', {
    expected: `at most ${refuseAtMost} of ${rows + refused} rows that cannot be scored`,
    came: `${refused}, each with its reasons in ${out}/_refused`,
  });
}

function outputOf({ folder }: Pick<Ports, 'folder'>, { out }: Scoring): ObjectStore {
  return openStore(isAddress(out) ? out : resolve(folder, out), join(folder, '.whet', 'copies'));
}

/** The package that was asked for last: batch after batch scores by the same. */
function lastLoaded(store: ObjectStore): (id: string) => Promise<LoadedPackage> {
  let last: { readonly id: string; readonly loading: Promise<LoadedPackage> } | undefined;
  return async (id) => {
    if (last?.id !== id) {
      const before = last;
      last = { id, loading: loadPackage(store, id) };
      // A batch that is at work with the one before is made again by Temporal.
      await before?.loading.then(({ scorer }) => scorer.release()).catch(() => undefined);
    }
    const { loading } = last;
    return loading.catch((error: unknown) => {
      if (last?.loading === loading) last = undefined;
      throw error;
    });
  };
}

import { WhetError } from '../core/errors.ts';
import type { RunRecord } from '../core/run.ts';
import { concurrently, storeHands } from '../storage/concurrently.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { createJson, requireJson } from '../storage/objects.ts';

/** The records of a pipeline's runs, oldest first; of one hour when it is named. */
export async function runRecords(store: ObjectStore, pipeline: string, asOf?: string): Promise<RunRecord[]> {
  const keys = await store.list(asOf === undefined ? `runs/${pipeline}/` : `runs/${pipeline}/${asOf}/`);
  const records = await Promise.all(keys.map((key) => requireJson<RunRecord>(store, key)));
  return inOrder(records);
}

/** Those of the newest hours that are wanted, at most `most`, oldest first: of a year of runs the others are not read. */
export async function lastRunRecords(
  store: ObjectStore,
  pipeline: string,
  isWanted: (record: RunRecord) => boolean,
  most: number,
): Promise<RunRecord[]> {
  const keys = await store.list(`runs/${pipeline}/`);
  const found: RunRecord[] = [];
  for (let end = keys.length; end > 0 && found.length < most; end -= most) {
    const some = keys.slice(Math.max(0, end - most), end);
    const records = await concurrently(some, storeHands, (key) => requireJson<RunRecord>(store, key));
    found.push(...records.filter(isWanted));
  }
  return inOrder(found).slice(-most);
}

/**
 * Finds a run by `<pipeline>/<asOf>/<n>`, or the last one of `<pipeline>/<asOf>` or of `<pipeline>`: one that trained, where
 * there is one, and is wanted, as a run is that was not skipped.
 */
export async function findRun(
  store: ObjectStore,
  name: string,
  isWanted = ({ status }: RunRecord): boolean => status !== 'skipped',
): Promise<RunRecord> {
  const [pipeline = '', asOf, n] = name.replace(/^run\//, '').split('/');
  const records = await runRecords(store, pipeline, asOf);
  const trained = records.filter(({ refreshes }) => refreshes === undefined);
  const last = trained.findLast(isWanted) ?? trained.at(-1) ?? records.at(-1);
  const found = n === undefined ? last : records.find((record) => record.run.endsWith(`/${n}`));
  if (found !== undefined) return found;
  throw new WhetError('run.unknown', { expected: 'a run such as flight-delays/2001-03-15T12/1', came: `'${name}'` });
}

/** Whether a run came so far as to build a feature matrix. */
export function hasMatrix(record: RunRecord): boolean {
  return record.stages.some(({ name }) => name === 'search');
}

/** The id of the `FeatureMatrix` that a run trained on. Throws `run.unknown` for one that came not so far. */
export function matrixOfRun(record: RunRecord): string {
  const matrix = record.stages.find(({ name }) => name === 'search')?.inputs.matrix;
  if (matrix !== undefined) return matrix;
  const came = `${record.run}, which was ${record.status}: ${record.why}`;
  throw new WhetError('run.unknown', { expected: 'a run that built a feature matrix', came });
}

/**
 * Writes a run's record under the next number; the same workflow run writes one record, however often it tries. A refresh
 * that is skipped for the reason of the record before is told by that one: it looks again every few minutes.
 */
export async function keepRunRecord(store: ObjectStore, record: Omit<RunRecord, 'run'>): Promise<RunRecord> {
  const earlier = await runRecords(store, record.pipeline, record.asOf);
  const same = earlier.find((one) => one.workflow === record.workflow) ?? sameSkip(record, earlier.at(-1));
  if (same !== undefined) return same;
  const n = Math.max(0, ...earlier.map(numberOf)) + 1;
  const whole = { ...record, run: `${record.pipeline}/${record.asOf}/${n}` };
  const isMine = await createJson(store, `runs/${whole.run}.json`, whole);
  return isMine ? whole : keepRunRecord(store, record);
}

function sameSkip(record: Omit<RunRecord, 'run'>, last: RunRecord | undefined): RunRecord | undefined {
  const isTold =
    record.status === 'skipped' &&
    record.refreshes !== undefined &&
    last?.status === 'skipped' &&
    last.refreshes === record.refreshes &&
    last.why === record.why;
  return isTold ? last : undefined;
}

function inOrder(records: RunRecord[]): RunRecord[] {
  return records.sort((a, b) => a.endedAt.localeCompare(b.endedAt) || numberOf(a) - numberOf(b));
}

function numberOf(record: RunRecord): number {
  return Number(record.run.split('/').at(-1));
}

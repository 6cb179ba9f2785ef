import { randomUUID } from 'node:crypto';
import { columnsRead } from '../../core/columnsRead.ts';
import type { ContractPlan } from '../../core/contractPlan.ts';
import type { ErasedRows, Erasure } from '../../core/erasure.ts';
import { WhetError } from '../../core/errors.ts';
import { didYouMean } from '../../core/nearestName.ts';
import type { Plan } from '../../core/plan.ts';
import { sqlText } from '../../datasets/database.ts';
import type { DataPorts } from '../../datasets/dataPorts.ts';
import { undatedHour } from '../../datasets/partitions/partitionKey.ts';
import { indexSource, sourceTable } from '../../datasets/sources/indexSource.ts';
import { typedRows } from '../../datasets/sources/typedRows.ts';
import { concurrently, storeHands } from '../../storage/concurrently.ts';
import { digestOf } from '../../storage/digest.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { oldestRunMs } from '../runsUnderWay.ts';
import { appendErasure, markFinished, unfinishedErasures } from './erasureLog.ts';
import { type FoundPerson, findPerson } from './findPerson.ts';
import { joinedRowsOf } from './joinedRows.ts';
import { type LogFile, linesOfPerson } from './linesOfPerson.ts';
import { type PersonMatch, personMatch } from './personMatch.ts';

export interface EraseRequest {
  readonly contract: ContractPlan;
  /** The pipelines that learn from it, whose predictions and labels are looked through. */
  readonly plans: readonly Plan[];
  readonly column: string;
  readonly value: string;
  readonly by: string;
  readonly why: string;
  readonly nowMs: number;
  /** Only look. */
  readonly isTrial: boolean;
}

export interface ErasedPerson {
  /** Null where there was nothing to erase, or it was only looked for. */
  readonly erasure: Erasure | null;
  readonly rows: ErasedRows;
  readonly snapshots: readonly string[];
  /** Versions of pipelines whose features read the column: their vocabularies and tables may name the value. */
  readonly pipelinesThatRead: readonly string[];
}

/**
 * Erases a person's rows from all that the engine keeps of a contract's source: partitions and their sketches, quarantine,
 * staged copies, mended rows, predictions, their labels and what was joined of them. The source comes first: as long as it has such rows the next run would bring
 * them back. Hours that lose rows are validated anew from the source by the next run. Erasing again what was erased
 * finishes what a kill left. Throws `erasure.still-in-source`, `erasure.run-under-way`, `column.unknown`, `input.invalid`.
 */
export async function eraseRows(
  ports: DataPorts,
  request: EraseRequest,
  onProgress?: (done: number, total: number) => void,
): Promise<ErasedPerson> {
  const { contract, plans } = request;
  const match = personMatch(columnOf(contract, request.column), request.value);
  await requireNoRun(ports.store, request.nowMs);
  await requireGoneFromSource(ports, contract, match);
  await finishEarlier(ports.store, contract.id);
  const found = await findPerson(ports, contract, match, onProgress);
  const readers = plans.filter(({ features }) =>
    features.some((feature) => columnsRead(feature).includes(match.column)),
  );
  const pipelinesThatRead = readers.map(({ pipeline }) => pipeline);
  const all = plans.map(({ pipeline }) => pipeline);
  const { predictions, labels } = await linesOfPerson(ports.store, { all, reading: pipelinesThatRead }, match);
  const logged = [...predictions, ...labels];
  const rows: ErasedRows = { ...found.rows, predicted: rowsIn(predictions), labels: rowsIn(labels) };
  const told = { rows, snapshots: found.snapshots, pipelinesThatRead };
  const joined = await joinedRowsOf(ports.store, [...new Set(logged.map(({ pipeline }) => pipeline))]);
  const keys = [...joined, ...found.keys, ...logged.map(({ key }) => key)];
  if (request.isTrial || keys.length === 0) return { ...told, erasure: null };
  for (const { rest } of logged) if (rest !== null) await ports.store.create(rest.key, rest.bytes);
  const erasure = await appendErasure(ports.store, contract.id, tombstone(request, rows, found, keys));
  await finish(ports.store, contract.id, erasure);
  return { ...told, erasure };
}

function rowsIn(files: readonly LogFile[]): number {
  return files.reduce((sum, { rows }) => sum + rows, 0);
}

function columnOf({ id, columns }: ContractPlan, name: string) {
  const found = columns.find((column) => column.name === name);
  if (found !== undefined) return found;
  const known = columns.map((column) => column.name);
  throw new WhetError('column.unknown', {
    expected: `a column of contract '${id}'`,
    came: `'${name}'${didYouMean(name, known)}`,
  });
}

/** A run would go on using what is removed under it. */
async function requireNoRun(store: ObjectStore, nowMs: number): Promise<void> {
  const began = await oldestRunMs(store, nowMs);
  if (began === undefined) return;
  const came = `one that began at ${new Date(began).toISOString()}`;
  throw new WhetError('erasure.run-under-way', { expected: 'no run that is under way', came });
}

async function requireGoneFromSource(ports: DataPorts, contract: ContractPlan, match: PersonMatch): Promise<void> {
  const index = await indexSource(ports, contract);
  const table = await sourceTable(ports, index, [...index.hours, { hour: undatedHour }]);
  const k = contract.columns.findIndex(({ name }) => name === match.column);
  let rows = 0;
  for (const { select, texts } of typedRows(contract, table)) {
    const isTheirs = `coalesce(${match.inText(texts[k] ?? 'NULL')}, contains(malformed, ${sqlText(match.value)}), false)`;
    const sql = `SELECT count(*)::DOUBLE AS rows FROM (${select}) WHERE ${isTheirs}`;
    const [found] = await ports.database.rows<{ rows: number }>(sql);
    rows += found?.rows ?? 0;
  }
  if (rows === 0) return;
  const expected = `no row with this ${match.column} in ${index.name}`;
  throw new WhetError('erasure.still-in-source', { expected, came: `${rows} rows` });
}

function tombstone(
  { column, value, by, why, nowMs }: EraseRequest,
  rows: ErasedRows,
  { snapshots }: FoundPerson,
  keys: readonly string[],
): Omit<Erasure, 'n'> {
  const salt = randomUUID();
  const hash = digestOf(`${salt}${value}`);
  return { at: new Date(nowMs).toISOString(), by, why, column, salt, value: hash, rows, keys, snapshots };
}

/** A kill may have left keys that a tombstone names. */
async function finishEarlier(store: ObjectStore, contract: string): Promise<void> {
  for (const erasure of await unfinishedErasures(store, contract)) await finish(store, contract, erasure);
}

/** Hints first, so that nobody is led to what is gone; merged sketches are made again of what is left. */
async function finish(store: ObjectStore, contract: string, { n, keys }: Erasure): Promise<void> {
  const own = await store.list(`datasets/${contract}/`);
  const made = own.filter((key) => /\/(?:latest|window|sources\/known-[^/]+|sketches\/[^/]+)\.json$/.test(key));
  for (const some of [made, keys]) await concurrently(some, storeHands, (key) => store.remove(key));
  await markFinished(store, contract, n);
}

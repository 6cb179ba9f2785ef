import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { ContractPlan } from '../../core/contractPlan.ts';
import { WhetError } from '../../core/errors.ts';
import type { Readmission, ReadmittedRows } from '../../core/readmission.ts';
import { digestOfFile } from '../../storage/digest.ts';
import { putObjectFile } from '../../storage/objects.ts';
import { sqlName, sqlText } from '../database.ts';
import type { DataPorts } from '../dataPorts.ts';
import { inTemporaryFolder } from '../inTemporaryFolder.ts';
import { requireBytes } from '../sources/sourceColumns.ts';
import { judgeMended } from './judgeMended.ts';
import { judgePlaces, type KnownPartition } from './judgePlaces.ts';
import { mendedFile } from './mendedFile.ts';
import { appendReadmission } from './readmissionLog.ts';

export interface MendingPerson {
  readonly by: string;
  readonly why: string;
  /** ISO time, UTC. */
  readonly at: string;
}

export interface ReadmitReport {
  readonly record: Readmission;
  readonly admitted: number;
  readonly refused: number;
  /** The first of the refused rows, in the order of the file. */
  readonly refusals: readonly Refusal[];
}

export interface Refusal {
  readonly hour: string | null;
  readonly row: number | null;
  readonly why: string;
}

const refusalsShown = 20;

/**
 * Takes mended rows back: those of a mended export that are in quarantine, of the source as it is now, and keep to the
 * contract's rules of one row. They stand in the place of the source's rows from the next run on; what the others lack is
 * told. Throws `readmission.refused` where no row is taken, `source.unreadable`, `schema.missing-column`,
 * `input.invalid`, and as `indexSource`.
 */
export async function readmitRows(
  ports: DataPorts,
  contract: ContractPlan,
  file: string,
  person: MendingPerson,
): Promise<ReadmitReport> {
  const path = resolve(file);
  await requireBytes(path);
  const brought = `brought_${randomUUID().replaceAll('-', '')}`;
  try {
    await mendedFile(ports, contract, path, brought);
    const known = await judgePlaces(ports, contract, brought);
    const texts = contract.columns.map((_, k) => `t${k}`).join(', ');
    const rows = `SELECT ${texts}, origin, row, 0 AS record FROM ${brought} WHERE verdict IS NULL`;
    return await judgeMended(ports, contract, rows, Date.parse(person.at), async (mended) => {
      await tellRefused(ports, brought, mended);
      const refusals = await refusalsIn(ports, brought);
      const moves = await movesIn(ports, mended, known);
      const admitted = moves.reduce((sum, { rows }) => sum + rows, 0);
      if (admitted === 0) throw allRefused(contract, path, refusals.first);
      const object = await storedRows(ports, contract, brought);
      const keptTo = `${contract.id}@${contract.version}`;
      const record = { ...person, file: await digestOfFile(path), contract: keptTo, object, moves };
      return {
        record: await appendReadmission(ports.store, contract.id, record),
        admitted,
        refused: refusals.rows,
        refusals: refusals.first,
      };
    });
  } finally {
    await ports.database.run(`DROP TABLE IF EXISTS ${brought}`);
  }
}

/** Says in `verdict` which rules a row breaks. */
async function tellRefused({ database }: DataPorts, brought: string, mended: string): Promise<void> {
  await database.run(`UPDATE ${brought} SET verdict = 'it breaks ' || array_to_string(reasons, ', ')
    FROM (SELECT origin, row, reasons FROM ${mended} WHERE NOT clean) AS bad
    WHERE verdict IS NULL AND ${brought}.origin = bad.origin AND ${brought}.row = bad.row`);
}

async function refusalsIn(
  { database }: DataPorts,
  brought: string,
): Promise<{ readonly rows: number; readonly first: readonly Refusal[] }> {
  const refused = await database.rows<Refusal & { readonly all: number }>(
    `SELECT origin AS hour, CAST(row AS DOUBLE) AS row, verdict AS why, CAST(count(*) OVER () AS DOUBLE) AS "all"
      FROM ${brought} WHERE verdict IS NOT NULL ORDER BY nth LIMIT ${refusalsShown}`,
  );
  return { rows: refused[0]?.all ?? 0, first: refused.map(({ hour, row, why }) => ({ hour, row, why })) };
}

async function movesIn(
  { database }: DataPorts,
  mended: string,
  known: readonly KnownPartition[],
): Promise<ReadmittedRows[]> {
  const sources = new Map(known.map(({ hour, source }) => [hour, source]));
  const moves = await database.rows<Omit<ReadmittedRows, 'source'>>(
    `SELECT origin AS "from", moved_to AS "to", CAST(count(*) AS DOUBLE) AS rows FROM ${mended} WHERE clean
      GROUP BY ALL ORDER BY ALL`,
  );
  return moves.map(({ from, to, rows }) => ({ from, source: sources.get(from) ?? '', to, rows }));
}

/** As they were mended, so that they can be judged again by a contract of another day. */
function storedRows({ store, database }: DataPorts, contract: ContractPlan, brought: string): Promise<string> {
  return inTemporaryFolder(async (folder) => {
    const path = join(folder, 'mended.parquet');
    const texts = contract.columns.map(({ name }, k) => `t${k} AS ${sqlName(name)}`).join(', ');
    const rows = `SELECT ${texts}, origin AS _hour, row AS _row FROM ${brought} WHERE verdict IS NULL ORDER BY origin, row`;
    await database.run(`COPY (${rows}) TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd)`);
    return putObjectFile(store, path);
  });
}

function allRefused(contract: ContractPlan, path: string, refusals: readonly Refusal[]): WhetError {
  const [first] = refusals;
  const came = first === undefined ? 'none' : `${first.hour} row ${first.row}: ${first.why}`;
  const expected = `rows in ${path} that may stand in the place of rows in quarantine of '${contract.id}'`;
  return new WhetError('readmission.refused', { expected, came });
}

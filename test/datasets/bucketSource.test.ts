import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ContractPlan, SourceKind } from '../../core/contractPlan.ts';
import { sqlText } from '../../datasets/database.ts';
import type { DataPorts } from '../../datasets/dataPorts.ts';
import { validatePartitions } from '../../datasets/partitions/validatePartitions.ts';
import { indexSource } from '../../datasets/sources/indexSource.ts';
import { findVersitygw } from '../storage/findVersitygw.ts';
import { type S3Server, startS3Server } from '../storage/s3Server.ts';
import { failure, flights, openWorkbench, type Workbench } from './workbench.ts';

const versitygw = await findVersitygw();

/** A source in a bucket that others write to, and the same files in a folder. */
describe.skipIf(versitygw === undefined)('a source in a bucket', () => {
  let server: S3Server;
  let bench: Workbench;
  let client: S3Client;
  beforeAll(async () => {
    server = await startS3Server(versitygw ?? '');
    bench = await openWorkbench();
    const endpoint = `http://127.0.0.1:${server.port}`;
    client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true });
  });
  afterAll(async () => {
    client.destroy();
    await bench.close();
    await server.stop();
  });

  const lines = (hour: number, rows: number): string =>
    Array.from({ length: rows }, (_, i) => {
      const date = new Date(Date.UTC(2001, 0, 1, hour, i)).toISOString();
      return `${JSON.stringify({ date, delay: i, distance: 100 + i, origin: 'AAA', destination: 'BBB' })}\n`;
    }).join('');

  /** An address of its own for each test: where to put, and how a contract names it. */
  function place() {
    const [base = '', query] = server.location().split('?');
    const [bucket = '', prefix = ''] = base.slice('s3://'.length).split('/');
    return {
      put: (key: string, bytes: string | Uint8Array) =>
        client.send(new PutObjectCommand({ Bucket: bucket, Key: `${prefix}/${key}`, Body: bytes })),
      at: (key: string): string => `${base}/${key}?${query}`,
    };
  }

  async function ports(): Promise<DataPorts> {
    return { ...bench.emptied(), folder: await mkdtemp(join(bench.folder, 'engine-')) };
  }

  /** A Parquet file of one flight. */
  async function parquetOf(delay: number): Promise<Buffer> {
    const path = join(await mkdtemp(join(bench.folder, 'parquet-')), 'x.parquet');
    const row = `SELECT TIMESTAMP '2001-01-01 00:30:00' AS date, ${delay} AS delay, 100 AS distance, 'AAA' AS origin, 'BBB' AS destination`;
    await bench.database.run(`COPY (${row}) TO ${sqlText(path)} (FORMAT parquet)`);
    return readFile(path);
  }

  function contract(path: string, kind: SourceKind = 'ndjson'): ContractPlan {
    return flights({ path }, kind);
  }

  test('gives the partitions that the same files give in a folder', async () => {
    const [there, engine] = [place(), await ports()];
    const folder = await mkdtemp(join(bench.folder, 'here-'));
    for (const hour of [0, 1, 2]) {
      await there.put(`raw/dt=2001-01-01/hour=0${hour}/x.ndjson`, lines(hour, 5 + hour));
      await writeFile(join(folder, `${hour}.ndjson`), lines(hour, 5 + hour));
    }
    await there.put('raw/_temporary/x.ndjson', 'not done yet');
    const partsOf = async (of: ContractPlan) => {
      const index = await indexSource(engine, of);
      const hours = index.hours.map(({ hour }) => hour);
      return (await validatePartitions(engine, of, index, hours, undefined)).parts;
    };
    const remote = await partsOf(contract(there.at('raw/')));
    expect(remote.map(({ rows }) => rows)).toEqual([5, 6, 7]);
    expect(remote).toEqual(await partsOf(contract(folder)));
    expect(await partsOf(contract(there.at('raw/dt=*/hour={00,02}/*.ndjson')))).toEqual([remote[0], remote[2]]);
  });

  test('reads an object once per version, and leaves no copy of text', async () => {
    const [there, engine] = [place(), await ports()];
    await there.put('x.ndjson.zst', zstdCompressSync(lines(0, 5)));
    const source = contract(there.at('x.ndjson.zst'));
    const first = await indexSource(engine, source);
    expect(await indexSource(engine, source)).toEqual(first);
    expect(await readdir(join(engine.folder, '.whet', 'sources'))).toEqual([]);
    await there.put('x.ndjson.zst', zstdCompressSync(lines(0, 6)));
    const second = await indexSource(engine, source);
    expect([first.hours[0]?.rows, second.hours[0]?.rows]).toEqual([5, 6]);
  });

  test('keeps a copy of Parquet under its SHA-256, and fetches it again where it is gone', async () => {
    const [there, engine] = [place(), await ports()];
    await there.put('x.parquet', await parquetOf(1));
    const source = contract(there.at('x.parquet'), 'parquet');
    const index = await indexSource(engine, source);
    const copies = join(engine.folder, '.whet', 'sources');
    expect(await readdir(copies)).toEqual([`${index.digest}-x.parquet`]);
    const elsewhere = await ports();
    const validated = await validatePartitions(elsewhere, source, index, ['2001-01-01T00'], undefined);
    expect(validated.parts[0]?.rows).toBe(1);
    expect(await readdir(join(elsewhere.folder, '.whet', 'sources'))).toEqual([`${index.digest}-x.parquet`]);
  });

  test('an object that changed after it was indexed is told', async () => {
    const [there, engine, elsewhere] = [place(), await ports(), await ports()];
    await there.put('x.parquet', await parquetOf(1));
    const source = contract(there.at('x.parquet'), 'parquet');
    const index = await indexSource(engine, source);
    await there.put('x.parquet', await parquetOf(2));
    const validating = validatePartitions(elsewhere, source, index, ['2001-01-01T00'], undefined);
    expect(await failure(validating)).toMatch(/^source\.changed/);
  });

  test('nothing under a prefix is told, with the address', async () => {
    const address = place().at('nothing/');
    const error = await failure(indexSource(await ports(), contract(address)));
    expect(error).toMatch(/^source\.empty/);
    expect(error).toContain(address);
  });
});

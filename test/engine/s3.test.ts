import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunRecord } from '../../core/run.ts';
import { findVersitygw } from '../storage/findVersitygw.ts';
import { type S3Server, startS3Server } from '../storage/s3Server.ts';
import { openWorkshop, type Workshop } from './workshop.ts';

const versitygw = await findVersitygw();

/** The same pipeline file, once with its store in a bucket and once on the disk. */
describe.skipIf(versitygw === undefined)('whet retrain on S3', () => {
  let server: S3Server;
  let location: string;
  let workshops: Workshop[];
  let runs: RunRecord[];
  beforeAll(async () => {
    server = await startS3Server(versitygw ?? '');
    location = server.location();
    workshops = await Promise.all([openWorkshop({}, location), openWorkshop()]);
    runs = await Promise.all(workshops.map((workshop) => workshop.retrain('2001-03-15T12:00:00Z')));
  });
  afterAll(async () => {
    await Promise.all(workshops.map((workshop) => workshop.close()));
    await server.stop();
  });

  test('gives the snapshot and the model that it gives on the disk', () => {
    const [there, here] = runs;
    expect(there).toMatchObject({ status: 'judged', version: 1, verdict: { passed: true } });
    expect([there?.snapshot?.id, there?.model?.digest]).toEqual([here?.snapshot?.id, here?.model?.digest]);
  });

  test('keeps all of it in the bucket: a machine that comes anew reads it there', async () => {
    const [bucket] = workshops;
    expect(existsSync(join(bucket?.folder ?? '', '.whet/store'))).toBe(false);
    const machine = await openWorkshop({}, location);
    workshops.push(machine);
    const { stdout } = await machine.whet('runs', 'small-flights', '--json');
    expect(JSON.parse(stdout)).toEqual([{ ...runs[0], tags: [], notes: [] }]);
  });
});

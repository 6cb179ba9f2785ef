import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dataRound, kindOfRound } from '../../bench/soak/dataRound.ts';
import { calmRun } from '../../bench/soak/dataSoak.ts';
import type { DataDone } from '../../bench/soak/runDataChild.ts';
import { writeDataSources } from '../../bench/soak/writeDataSources.ts';
import { findVersitygw } from '../storage/findVersitygw.ts';
import { startS3Server } from '../storage/s3Server.ts';

const versitygw = await findVersitygw();
const round = 0;
const said: string[] = [];
const report = (line: string): void => void said.push(line);

let folder: string;
let calm: DataDone;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whet-soak-'));
  await writeDataSources(folder);
  calm = await calmRun(folder, kindOfRound(round), report);
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

test('an undisturbed process freezes a snapshot an hour, with bad rows set aside', () => {
  expect(new Set(calm.outcomes.map(({ snapshot }) => snapshot)).size).toBe(2);
  for (const { quarantined } of calm.outcomes) expect(quarantined).toBeGreaterThan(100);
});

test('data stages under three kills, on the disk, leave what undisturbed ones leave', async () => {
  const done = await dataRound({ folder, round, kills: 3, seed: 11, server: undefined, calm, report });
  expect(done.violations, said.join('\n')).toEqual([]);
  expect(done.kills.length).toBeGreaterThanOrEqual(2);
}, 120_000);

test.skipIf(versitygw === undefined)(
  'and under two on S3, one of them of the server',
  async () => {
    const server = await startS3Server(versitygw ?? '');
    try {
      const done = await dataRound({ folder, round, kills: 2, seed: 20, server, calm, report });
      expect(done.violations, said.join('\n')).toEqual([]);
      expect([...done.kills].sort()).toEqual(['S3 server', 'worker']);
    } finally {
      await server.stop();
    }
  },
  120_000,
);

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freezeInChild } from '../../bench/ndjson/freezeInChild.ts';
import { writeMadeFlights } from '../../bench/ndjson/madeFlights.ts';

/** Less than the file, and half of what its judged rows are: they are spilled. */
const memoryLimitMb = 54;

test('60 MB of NDJSON go through a database of 54 MB: every row is there, every bad one in quarantine', async () => {
  const scratch = await mkdtemp(join(tmpdir(), 'whet-test-'));
  const file = join(scratch, 'flights.ndjson');
  const made = { shape: 'narrow', rows: 620_000, hours: 6 } as const;
  try {
    const bad = await writeMadeFlights(file, made);
    expect(bad).toEqual({ 'delay.max': 1_240, 'delay.type': 31, 'origin.pattern': 414, 'row.malformed': 62 });
    const input = { file, shape: made.shape, threads: 2, memoryLimitMb, atOnce: 1 };
    const done = await freezeInChild(scratch, input);
    expect(done).toMatchObject({ rows: made.rows, reasons: bad, partitions: made.hours });
    expect(done.megabytes).toBeGreaterThan(60);
  } finally {
    await rm(scratch, { recursive: true });
  }
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fuzzSoak } from '../../bench/soak/fuzz/fuzzSoak.ts';

// The short form of `npm run soak -- fuzz`, which sends 100,000.
test('2,000 requests that are wrong in some way neither end, hang, fail nor fill the server', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'whet-fuzz-'));
  const { violations, statuses, memory } = await fuzzSoak({ folder, requests: 2_000, seed: 1 });
  expect(violations).toEqual([]);
  expect(Object.keys(statuses)).toEqual(expect.arrayContaining(['200', '400', '404', '501', 'gRPC', 'broken HTTP']));
  expect(memory).toHaveLength(5);
  await rm(folder, { recursive: true });
});

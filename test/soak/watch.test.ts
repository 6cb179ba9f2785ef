import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { watchKills, watchMoments, watchVictims } from '../../bench/soak/watch/watchKills.ts';
import { watchSoak } from '../../bench/soak/watch/watchSoak.ts';

test('five processes killed while a pipeline is watched lose no alert, and double neither message nor run', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'whet-soak-'));
  const said: string[] = [];
  try {
    const done = await watchSoak({ folder, rounds: 1, kills: 5, seed: 224, report: (line) => said.push(line) });
    expect(done.violations, said.join('\n')).toEqual([]);
    expect(done.each[0]?.kills).toHaveLength(5);
    expect(done.notices).toBeGreaterThanOrEqual(2);
    expect(done.messages).toBeGreaterThanOrEqual(done.notices);
    expect(done.retrained).toBeGreaterThanOrEqual(1);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 600_000);

test('a seed gives the same kills, and twenty in a row hit each process in each moment', () => {
  const kills = Array.from({ length: 4 }, (_, round) => watchKills(5, round, 5)).flat();
  expect(kills).toEqual(Array.from({ length: 4 }, (_, round) => watchKills(5, round, 5)).flat());
  const pairs = kills.map(({ victim, during }) => `${victim} ${during}`);
  expect(new Set(pairs).size).toBe(watchVictims.length * watchMoments.length);
  for (const { draw } of kills) expect([draw >= 0, draw < 1]).toEqual([true, true]);
});

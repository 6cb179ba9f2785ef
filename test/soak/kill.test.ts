import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { killRound } from '../../bench/soak/killRound.ts';
import { plannedKills, victims } from '../../bench/soak/victims.ts';

test('one retraining under five kills, of a victim each, leaves what an undisturbed one leaves', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'whet-soak-'));
  const said: string[] = [];
  try {
    const round = await killRound({ folder, round: 0, kills: 5, seed: 11, report: (line) => said.push(line) });
    expect(round.violations, said.join('\n')).toEqual([]);
    expect([...round.kills, ...round.missed].sort()).toEqual([...victims].sort());
    expect(round.kills.length, said.join('\n')).toBeGreaterThanOrEqual(3);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 300_000);

test('a seed gives the same kills, five in a row hit each victim once, moments come in order', () => {
  fc.assert(
    fc.property(fc.integer(), fc.nat(1_000), (seed, round) => {
      const kills = plannedKills(seed, round, 5);
      expect(kills).toEqual(plannedKills(seed, round, 5));
      expect(kills.map(({ victim }) => victim).sort()).toEqual([...victims].sort());
      expect(kills.map(({ at }) => at)).toEqual(kills.map(({ at }) => at).sort((a, b) => a - b));
      for (const { at, draw } of kills)
        expect([at >= 0, at < 1, draw >= 0, draw < 1]).toEqual([true, true, true, true]);
    }),
  );
});

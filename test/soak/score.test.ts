import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { killedAlone } from '../../bench/soak/score/killedAlone.ts';
import { undisturbed } from '../../bench/soak/score/scoreRound.ts';
import { outputDigests } from '../../bench/soak/score/writtenOnce.ts';

test('scoring under three kills writes each partition once, with the bytes of an undisturbed one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'whet-soak-'));
  try {
    const terms = { rows: 30_000, partitionRows: 1_500 };
    const calm = await undisturbed(folder, terms);
    const { outcome, kills, violations } = await killedAlone({ folder, out: 'storm', ...terms }, [1, 6, 12]);
    expect(violations).toEqual([]);
    expect(kills).toHaveLength(3);
    expect(calm).toMatchObject({ partitions: 20, rows: 29_970, refused: 30, reused: 0 });
    // The last kill may have come between a partition and the record of it, which is then made again.
    expect(outcome.reused).toBeGreaterThanOrEqual((kills[2] ?? 0) - 1);
    expect(outcome).toEqual({ ...calm, reused: outcome.reused, scored: outcome.scored });
    expect(await outputDigests(join(folder, 'storm'))).toEqual(await outputDigests(join(folder, 'calm')));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 60_000);

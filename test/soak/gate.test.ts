import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { coverage, truthOf } from '../../bench/soak/gate/coverage.ts';
import { gateReport } from '../../bench/soak/gate/gateReport.ts';
import { freedom, rowsPerHour } from '../../bench/soak/gate/hourNoise.ts';
import { creepSeries, margins, passes } from '../../bench/soak/gate/nonInferiority.ts';
import { superioritySeries } from '../../bench/soak/gate/superiority.ts';
import { gateSoak } from '../../bench/soak/gateSoak.ts';
import { unequalHours } from '../../core/unequalHours.ts';

// A short form of `npm run soak -- gate`: the same worlds, fewer looks.

describe('better than the champion, where half of the candidates are not', () => {
  const year = { seed: 3, looks: 4_000, alike: 0.95 } as const;

  test('at most 5 % of the promotions are wrong, and without correction as many are as there are chances', () => {
    const corrected = superioritySeries({ ...year, policy: 'corrected', gain: 0.02 });
    expect(corrected.promoted).toBeGreaterThan(1_000);
    expect(corrected.wrong / corrected.promoted).toBeLessThan(0.05);
    const none = { ...year, alike: 0, gain: 0 } as const;
    expect(superioritySeries({ ...none, policy: 'uncorrected' }).wrong).toBeGreaterThan(20);
    expect(superioritySeries({ ...none, policy: 'corrected' }).wrong).toBe(0);
  });
});

describe('no worse than the champion', () => {
  test('a candidate worse by the margin passes at 5 % of the looks, one that is worse still at fewer', () => {
    const at = passes(5, 20_000, -margins.champion, margins.champion);
    // The Monte Carlo error is 0.15 %.
    expect(at.passed / at.looks).toBeLessThan(0.055);
    expect(at.passed / at.looks).toBeGreaterThan(0.044);
    expect(at.asIfEqual).toBeGreaterThan(at.passed);
    const beyond = passes(5, 20_000, -2 * margins.champion, margins.champion);
    expect(beyond.passed / beyond.looks).toBeLessThan(0.01);
  });

  test('many small steps down add up without an anchor, and end within its margin with it', () => {
    const world = { seed: 1, step: -0.001, spread: 0, promotions: 10_000, looks: 4_000 } as const;
    const free = creepSeries({ ...world, anchor: 'none' });
    const held = creepSeries({ ...world, anchor: 'corrected' });
    expect(free.quality).toBeLessThan(-10 * margins.reference);
    expect(held.promoted).toBeGreaterThan(5);
    expect(held.lowest).toBeGreaterThanOrEqual(-margins.reference);
  });
});

test('95 % intervals hold the truth in 93 to 97 % of days, by the code that makes scorecards', () => {
  const { days, alone, paired } = coverage(7, 150, truthOf(8, 100_000));
  for (const held of [...Object.values(alone), ...Object.values(paired)]) {
    // The Monte Carlo error is 1.8 %; the long form has one of 0.5 %.
    expect(held / days).toBeGreaterThan(0.88);
    expect(held).toBeLessThanOrEqual(days);
  }
  expect(freedom).toBe(unequalHours(rowsPerHour).freedom);
});

test('a simulation goes on where it was left, and tells what it found', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'whet-gate-'));
  const said: string[] = [];
  const options = { folder, series: 2, seed: 1, looks: 30, report: (line: string) => void said.push(line) };
  const rounds = await gateSoak(options);
  expect(await gateSoak(options)).toEqual(rounds);
  expect(said).toHaveLength(1);
  const { superiority, passes: shares, coverage: covered } = gateReport(rounds);
  expect(superiority.map(({ series }) => series)).toEqual(Array(superiority.length).fill(2));
  expect(shares['as good']?.share.mean).toBeGreaterThan(shares['worse by the margin']?.share.mean ?? 1);
  expect(Object.keys(covered)).toHaveLength(6);
  await rm(folder, { recursive: true, force: true });
});

import { expect, test } from 'vitest';
import { type Random, seededRandom } from '../../core/random.ts';
import { type LabelledScores, recalibration, recalibrationTest } from '../../core/recalibration.ts';
import { scoreBinTest } from '../../core/scoreBins.ts';

interface World {
  readonly intercept?: number;
  readonly slope?: number;
  /** What all rows of an hour share: weather. */
  readonly byHour?: number;
}

/** A day of scores, and labels that mean what they say but for `world`. */
function day(random: Random, { intercept = 0, slope = 1, byHour = 0.2 }: World = {}, perHour = 40): LabelledScores {
  const rows = 24 * perHour;
  const weather = Float64Array.from({ length: 24 }, () => byHour * random.normal());
  const odds = Float64Array.from({ length: rows }, () => -1 + random.normal());
  const hours = Uint32Array.from({ length: rows }, (_, row) => row % 24);
  const labels = Uint8Array.from(odds, (each, row) => {
    return Number(random.next() < shareOf(intercept + slope * each + (weather[row % 24] ?? 0)));
  });
  return { scores: odds.map(shareOf), labels, hours };
}

function shareOf(odds: number): number {
  return 1 / (1 + Math.exp(-odds));
}

test('finds the line from scores to shares again', () => {
  const found = recalibration(day(seededRandom(1), { intercept: 0.5, slope: 0.6, byHour: 0 }, 1_000));
  expect(found?.intercept).toBeCloseTo(0.5, 1);
  expect(found?.slope).toBeCloseTo(0.6, 1);
});

const both = (before: LabelledScores, now: LabelledScores) => {
  const [was, is] = [recalibration(before), recalibration(now)];
  const line = was && is && recalibrationTest(was, is, now.scores.length);
  return { line, bins: scoreBinTest(before, now)?.test };
};

test('where nothing changed both tests say so about as often as stated, though hours differ', () => {
  const windows = 60;
  const alarms = { line: 0, bins: 0 };
  for (let seed = 0; seed < windows; seed += 1) {
    const random = seededRandom(seed);
    const { line, bins } = both(day(random), day(random));
    alarms.line += Number((line?.pValue ?? 0) <= 0.05);
    alarms.bins += Number((bins?.pValue ?? 0) <= 0.05);
    for (const found of [line, bins])
      expect((found?.value ?? 0) >= (found?.limitAt(0.05) ?? 0)).toBe((found?.pValue ?? 0) <= 0.05);
  }
  const most = 0.05 + 3 * Math.sqrt((0.05 * 0.95) / windows);
  expect(alarms.line / windows).toBeLessThanOrEqual(most);
  expect(alarms.bins / windows).toBeLessThanOrEqual(most);
});

test.each<World>([{ intercept: 0.6 }, { slope: 0.4 }])('what changed is found: %j', (world) => {
  for (let seed = 0; seed < 10; seed += 1) {
    const random = seededRandom(seed);
    const { line, bins } = both(day(random), day(random, world));
    expect(line?.pValue).toBeLessThan(0.01);
    expect(bins?.value).toBeGreaterThan(2);
  }
});

test('labels of one class, equal scores or few hours say too little', () => {
  const one = day(seededRandom(1));
  const few = { ...one, hours: one.hours.map((hour) => hour % 7) };
  expect(recalibration({ ...one, labels: new Uint8Array(one.labels.length) })).toBeUndefined();
  expect(recalibration({ ...one, scores: one.hours.map(() => 1) })).toBeUndefined();
  expect(recalibration(few)).toBeUndefined();
  expect(scoreBinTest(one, few)).toBeUndefined();
});

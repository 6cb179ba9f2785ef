import { describe, expect, test } from 'vitest';
import { driftReport } from '../../bench/soak/drift/driftReport.ts';
import { driftRound } from '../../bench/soak/driftSoak.ts';

// A short form of `npm run soak -- drift`: the same windows, fewer of them.

const windows = 200;
const { quiet, power } = driftReport(driftRound(5, windows, [100]), null);

describe('without drift', () => {
  test('each test is off in about as many windows as stated, and all together in no more', () => {
    // Four Monte Carlo errors: a limit that is off by a half would be seen, and no seed needs to be looked for.
    for (const { test: name, stated, observed, error, atMost } of quiet) {
      if (name === 'any, alone') continue;
      expect(observed, name).toBeLessThan(stated + 4 * error);
      if (!atMost && stated === 0.05) expect(observed, name).toBeGreaterThan(0.005);
    }
    expect(quiet).toHaveLength(2 * 18);
  });

  test('judged each by itself, any of them is off in many more', () => {
    const alone = quiet.find(({ test: name, stated }) => name === 'any, alone' && stated === 0.05);
    expect(alone?.observed).toBeGreaterThan(0.15);
  });
});

test('what has drifted far is found in a hundred rows, and what has not hardly moved is not', () => {
  expect(power['numbers up by 1']?.[100]?.together).toBe(1);
  expect(power['numbers up by 1']?.[100]?.tests['number: Kolmogorov-Smirnov']).toBe(1);
  expect(power['1 % of a new category']?.[100]?.together).toBeLessThan(0.3);
});

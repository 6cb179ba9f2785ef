import { describe, expect, test } from 'vitest';
import { driftReport } from '../../bench/soak/drift/driftReport.ts';
import { unequalLooks } from '../../bench/soak/drift/unequalLooks.ts';
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

test('looks of many rows beside quiet windows of few are off in about as many as stated, also where windows move', () => {
  const { looks, off } = unequalLooks(5, 40);
  const most = 0.05 + 4 * Math.sqrt((0.05 * 0.95) / looks);
  for (const rates of Object.values(off)) for (const { held } of Object.values(rates)) expect(held).toBeLessThan(most);
  expect(off[0.2]?.['number: Kolmogorov-Smirnov']?.sampling).toBeGreaterThan(0.3);
});

test('of a hundred comparisons one beyond three errors is marked, and what chance does not give among them is a violation', () => {
  const tests = Array.from({ length: 50 }, (_, at) => [`test ${at}`, { 0.05: 500, 0.01: 100 }] as const);
  const told = (off: number, name = 'test 0') => {
    const counts = { 0.05: off, 0.01: 100 };
    const any = { 0.05: 0, 0.01: 0 };
    const one = {
      windows: 10_000,
      off: { ...Object.fromEntries(tests), [name]: counts },
      anyAlone: any,
      anyTogether: any,
    };
    const { marked, violations } = driftReport({ quiet: { 100: one }, drifted: {} }, null);
    return [marked.length, violations.length];
  };
  expect(told(564)).toEqual([0, 0]);
  expect(told(570)).toEqual([1, 0]);
  expect(told(610)).toEqual([1, 1]);
  expect(told(430)).toEqual([1, 0]);
  expect(told(390)).toEqual([1, 1]);
  // Of discrete tests too few are as promised.
  expect(told(0, 'many: unknown')).toEqual([0, 0]);
});

test('what has drifted far is found in a hundred rows, and what has not hardly moved is not', () => {
  expect(power['numbers up by 1']?.[100]?.together).toBe(1);
  expect(power['numbers up by 1']?.[100]?.tests['number: Kolmogorov-Smirnov']).toBe(1);
  expect(power['1 % of a new category']?.[100]?.together).toBeLessThan(0.3);
});

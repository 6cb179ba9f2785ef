import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrapInterval, clusterInterval, fewestHours, hourDraws, pairedInterval } from '../../core/intervals.ts';
import { seededRandom } from '../../core/random.ts';
import type { Estimate } from '../../core/scorecard.ts';
import { studentQuantile } from '../../core/studentT.ts';
import { unequalHours } from '../../core/unequalHours.ts';
import { metrics } from '../../models/metrics/metrics.ts';

describe('studentQuantile', () => {
  it.each([
    [0.975, 1, 12.7062],
    [0.975, 2, 4.302653],
    [0.975, 7, 2.364624],
    [0.975, 23, 2.068658],
    [0.95, 10, 1.812461],
    [0.995, 30, 2.749996],
    [0.975, 1000, 1.962339],
    [0.025, 23, -2.068658],
    [0.5, 5, 0],
  ])('of %f with %i degrees of freedom is %f, as in the tables', (share, freedom, expected) => {
    expect(studentQuantile(share, freedom)).toBeCloseTo(expected, 4);
  });
});

describe('unequalHours', () => {
  it('gives equal hours what is usual: one degree of freedom fewer than hours', () => {
    expect(unequalHours(Array(24).fill(700))).toEqual({ correction: expect.closeTo(24 / 23, 12), freedom: 23 });
  });

  it('is the formula of Bell and McCaffrey, written out', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 2, maxLength: 40 }), (rows) => {
        const [worth, { correction, freedom }] = [unequalHours(rows), writtenOut(rows)];
        // Large where one hour has nearly all rows: what is close is relative.
        expect(worth.correction / correction).toBeCloseTo(1, 8);
        expect(worth.freedom).toBe(Math.max(1, Math.floor(freedom + 1e-9)));
        expect(worth.freedom).toBeLessThan(rows.length);
      }),
    );
  });

  it('keeps a day whose nights are empty at 95 in 100 or more, where a degree of freedom for each hour would not', () => {
    const random = seededRandom(9);
    const rowsPerHour = [1, 1, 1, 1, 1, 1, 30, 60, 60, 60, 60, 20];
    const hours = Uint32Array.from(rowsPerHour.flatMap((rows, hour) => Array<number>(rows).fill(hour)));
    let [covered, asIfEqual] = [0, 0];
    for (let world = 0; world < 2_000; world += 1) {
      const shifts = rowsPerHour.map(random.normal);
      const values = Float64Array.from(hours, (hour) => shifts[hour] ?? 0);
      const estimate = clusterInterval(meanOf(values), values, hours);
      const { correction, freedom } = unequalHours(rowsPerHour);
      const narrower = (studentQuantile(0.975, 11) * Math.sqrt(12 / 11)) / Math.sqrt(correction);
      const reach = (width(estimate) / 2 / studentQuantile(0.975, freedom)) * narrower;
      covered += holds(estimate, 0) ? 1 : 0;
      asIfEqual += Math.abs(estimate.value) <= reach ? 1 : 0;
    }
    // The Monte Carlo error is 0.5 %; rounding the degrees of freedom down makes wide of so few.
    expect(covered / 2_000).toBeGreaterThan(0.94);
    expect(covered / 2_000).toBeLessThan(0.985);
    expect(asIfEqual / 2_000).toBeLessThan(0.93);
  });
});

describe('clusterInterval', () => {
  it('is the interval of a mean where each hour has one row', () => {
    const values = new Float64Array([1, 4, 2, 8, 5, 7, 3, 6]);
    const error = Math.sqrt(6 / 8); // sample variance 6 over 8 rows
    const { low, high } = bounds(clusterInterval(4.5, values, Uint32Array.from(values.keys())));
    expect(high - 4.5).toBeCloseTo(2.364624 * error, 5);
    expect(4.5 - low).toBeCloseTo(2.364624 * error, 5);
  });

  it('gives no bounds for fewer than 8 hours', () => {
    const hours = Uint32Array.from({ length: 70 }, (_, row) => row % (fewestHours - 1));
    const few = clusterInterval(0.5, new Float64Array(70).fill(1), hours);
    expect(few).toEqual({ value: 0.5, low: null, high: null });
  });

  it('is centred on the value, and wider when all rows come twice in the same hours than if they were new', () => {
    fc.assert(
      fc.property(influences, ({ influence, hours }) => {
        const once = clusterInterval(0.3, influence, hours);
        const twice = clusterInterval(0.3, repeated(influence), Uint32Array.from([...hours, ...hours]));
        expect(width(once)).toBeGreaterThanOrEqual(0);
        expect(width(twice)).toBeCloseTo(width(once), 9);
        expect((bounds(once).low + bounds(once).high) / 2).toBeCloseTo(0.3, 9);
      }),
    );
  });

  it('covers the truth about 95 times in 100 where rows of an hour hang together', () => {
    const random = seededRandom(11);
    let [covered, naive] = [0, 0];
    for (let world = 0; world < 600; world += 1) {
      const { values, hours } = clustered(random.normal, 24, 40);
      const mean = meanOf(values);
      covered += holds(clusterInterval(mean, values, hours), 0) ? 1 : 0;
      naive += holds(clusterInterval(mean, values, Uint32Array.from(values.keys())), 0) ? 1 : 0;
    }
    expect(covered / 600).toBeGreaterThan(0.93);
    expect(covered / 600).toBeLessThan(0.97);
    expect(naive / 600).toBeLessThan(0.8);
  });

  it('covers the true AUC about 95 times in 100 by its influence', () => {
    const random = seededRandom(5);
    // Normal scores one apart: AUC is the normal distribution at 1 / sqrt(2).
    const truth = 0.7602499;
    let covered = 0;
    for (let world = 0; world < 300; world += 1) {
      const { scores, labels, hours } = scoredRows(random.normal, 24, 30);
      const influence = metrics.auc.influence?.(scores, labels) ?? new Float64Array();
      covered += holds(clusterInterval(metrics.auc.value(scores, labels), influence, hours), truth) ? 1 : 0;
    }
    expect(covered / 300).toBeGreaterThan(0.92);
    expect(covered / 300).toBeLessThan(0.98);
  });
});

describe('pairedInterval', () => {
  it('is far narrower than the intervals of its two sides, whose rows are the same', () => {
    const random = seededRandom(3);
    const { values, hours } = clustered(random.normal, 24, 40);
    const other = values.map((value) => value + 0.05 * random.normal());
    const paired = pairedInterval(meanOf(values) - meanOf(other), values, other, hours);
    const alone = clusterInterval(meanOf(values), values, hours);
    expect(width(paired)).toBeLessThan(width(alone) / 10);
  });

  it('turns its sign with its sides, and is nothing against itself', () => {
    fc.assert(
      fc.property(influences, ({ influence, hours }) => {
        const other = influence.map((each, row) => each * 0.5 + (row % 3));
        const there = bounds(pairedInterval(0.1, influence, other, hours));
        const back = bounds(pairedInterval(-0.1, other, influence, hours));
        expect(back.low).toBeCloseTo(-there.high, 9);
        expect(pairedInterval(0, influence, influence, hours)).toMatchObject({ value: 0, low: 0, high: 0 });
      }),
    );
  });
});

describe('the bootstrap by hour', () => {
  const drawsOfMean = (values: Float64Array, hours: Uint32Array, seed: number): Float64Array =>
    Float64Array.from(
      hourDraws(
        (times) => {
          const rows = times.reduce((sum, each) => sum + each, 0);
          return times.reduce((sum, each, row) => sum + each * (values[row] ?? 0), 0) / rows;
        },
        hours,
        seed,
      ),
    );

  it('draws whole hours, the same for the same seed', () => {
    const hours = Uint32Array.from({ length: 36 }, (_, row) => row % 12);
    const seen: Uint32Array[] = [];
    expect([...hourDraws((times) => seen.push(times), hours, 7)]).toHaveLength(400);
    for (const times of seen) {
      expect(times.reduce((sum, each) => sum + each, 0)).toBe(36);
      expect(times.slice(0, 12)).toEqual(times.slice(12, 24));
    }
    const again: Uint32Array[] = [];
    for (const _ of hourDraws((times) => again.push(times), hours, 7));
    expect(again).toEqual(seen);
  });

  it('agrees with the cluster-robust interval where both can be had', () => {
    const { values, hours } = clustered(seededRandom(2).normal, 24, 40);
    const byInfluence = width(clusterInterval(meanOf(values), values, hours));
    const byDraws = width(bootstrapInterval(meanOf(values), drawsOfMean(values, hours, 1), hours));
    expect(byDraws / byInfluence).toBeGreaterThan(0.88);
    expect(byDraws / byInfluence).toBeLessThan(1.12);
  });

  it('gives no bounds for fewer than 8 hours, or where a draw has no value', () => {
    const hours = Uint32Array.from({ length: 20 }, (_, row) => row % 5);
    expect(bootstrapInterval(1, drawsOfMean(new Float64Array(20), hours, 1), hours).low).toBeNull();
    const many = Uint32Array.from({ length: 20 }, (_, row) => row);
    expect(bootstrapInterval(1, new Float64Array(400).fill(Number.NaN), many).low).toBeNull();
  });
});

const influences = fc
  .array(fc.tuple(fc.double({ min: -5, max: 5, noNaN: true }), fc.integer({ min: 0, max: 30 })), {
    minLength: 12,
    maxLength: 80,
  })
  .map((pairs) => ({
    influence: Float64Array.from(pairs, ([each]) => each),
    hours: Uint32Array.from(pairs, ([, hour]) => hour),
  }))
  .filter(({ hours }) => new Set(hours).size >= fewestHours);

function writtenOut(rowsPerHour: readonly number[]): { correction: number; freedom: number } {
  const total = rowsPerHour.reduce((sum, each) => sum + each, 0);
  const w = rowsPerHour.map((rows) => rows / total);
  const s2 = w.reduce((sum, each) => sum + each ** 2, 0);
  const k = w.map((a, h) => w.map((b, j) => a * b * (+(h === j) - a - b + s2)));
  const trace = k.reduce((sum, row, at) => sum + (row[at] ?? 0), 0);
  const ofSquare = k.flat().reduce((sum, each) => sum + each ** 2, 0);
  return { correction: s2 / trace, freedom: trace ** 2 / ofSquare };
}

/** Rows of mean 0 whose hours shift them together. */
function clustered(normal: () => number, hours: number, perHour: number): { values: Float64Array; hours: Uint32Array } {
  const shifts = Array.from({ length: hours }, normal);
  const hour = Uint32Array.from({ length: hours * perHour }, (_, row) => Math.floor(row / perHour));
  return { values: Float64Array.from(hour, (at) => 0.5 * (shifts[at] ?? 0) + normal()), hours: hour };
}

function scoredRows(
  normal: () => number,
  hours: number,
  perHour: number,
): { scores: Float64Array; labels: Uint8Array; hours: Uint32Array } {
  const hour = Uint32Array.from({ length: hours * perHour }, (_, row) => Math.floor(row / perHour));
  const labels = Uint8Array.from(hour, (_, row) => +(row % 3 === 0));
  return { scores: Float64Array.from(labels, (label) => label + normal()), labels, hours: hour };
}

function repeated(values: Float64Array): Float64Array {
  return Float64Array.from([...values, ...values]);
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, each) => sum + each, 0) / values.length;
}

function bounds({ low, high }: Estimate): { low: number; high: number } {
  if (low === null || high === null) throw new Error('expected an interval, but came a value without bounds');
  return { low, high };
}

function width(estimate: Estimate): number {
  return bounds(estimate).high - bounds(estimate).low;
}

function holds(estimate: Estimate, truth: number): boolean {
  return bounds(estimate).low <= truth && truth <= bounds(estimate).high;
}

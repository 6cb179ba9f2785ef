import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RawColumn } from '../../core/modelPackage.ts';
import { seededRandom } from '../../core/random.ts';
import { type Explanation, explainRow, type RawColumns } from '../../models/explainRow.ts';
import type { ScorerColumns } from '../../models/scorers/scorer.ts';

/** A scorer made of a function of one row's numbers. */
const scorerOf = (names: readonly string[], score: (values: number[]) => number) => ({
  score: async ({ rows, columns }: ScorerColumns) =>
    Float32Array.from({ length: rows }, (_, row) => score(names.map((name) => Number(columns[name]?.[row])))),
});

const inputsOf = (names: readonly string[]): RawColumn[] =>
  names.map((name) => ({ name, type: 'number', nullable: false }));

function explained(values: readonly number[], rows: readonly (readonly number[])[], score: (of: number[]) => number) {
  const names = values.map((_, at) => `c${at}`);
  const row = Object.fromEntries(names.map((name, at) => [name, [values[at] ?? 0]]));
  const background: RawColumns = Object.fromEntries(names.map((name, at) => [name, rows.map((each) => each[at] ?? 0)]));
  return explainRow(scorerOf(names, score), inputsOf(names), row, background, 7);
}

const partOf = ({ contributions }: Explanation, column: string): number =>
  contributions.find((each) => each.column === column)?.contribution ?? Number.NaN;

describe('an explanation', () => {
  test('of a sum gives each column its own distance from the background', async () => {
    const found = await explained(
      [3, 1, 5],
      [
        [1, 1, 0],
        [2, 3, 0],
      ],
      ([a = 0, b = 0]) => (4 * a + 2 * b) / 16,
    );
    expect(found).toMatchObject({ exact: true, backgroundRows: 2, score: 14 / 16, background: 10 / 16 });
    expect(found.contributions.map(({ column }) => column)).toEqual(['c0', 'c1', 'c2']);
    expect([partOf(found, 'c0'), partOf(found, 'c1'), partOf(found, 'c2')]).toEqual([6 / 16, -2 / 16, 0]);
  });

  test('shares between two columns what only both together bring', async () => {
    const found = await explained([1, 1], [[0, 0]], ([a = 0, b = 0]) => a * b);
    expect([partOf(found, 'c0'), partOf(found, 'c1')]).toEqual([0.5, 0.5]);
  });

  test('adds up to the score, exact or drawn, and a column that is not read has no part', async () => {
    const value = fc.double({ min: -2, max: 2, noNaN: true });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(3, 12), fc.infiniteStream(value), async (columns, draws) => {
        const numbers = (): number[] => Array.from({ length: columns }, () => draws.next().value ?? 0);
        const weights = [...numbers().slice(1), 0];
        const score = (values: number[]): number =>
          1 / (1 + Math.exp(-values.reduce((sum, each, at) => sum + each * (weights[at] ?? 0), 0)));
        const found = await explained(numbers(), [numbers(), numbers()], score);
        const sum = found.contributions.reduce((total, { contribution }) => total + contribution, found.background);
        expect(sum).toBeCloseTo(found.score, 5);
        expect(partOf(found, `c${columns - 1}`)).toBe(0);
      }),
      { numRuns: 8 },
    );
  });

  test('drawn, lies within its error of the exact one', async () => {
    const random = seededRandom(3);
    const rows = Array.from({ length: 20 }, () => Array.from({ length: 9 }, () => random.normal()));
    const score = (values: number[]): number =>
      Math.tanh(values.slice(0, 9).reduce((sum, each, at) => sum + (each * at) / 9, 0)) / 2;
    const row = Array.from({ length: 9 }, () => random.normal());
    const exact = await explained(row, rows, score);
    // Two columns more, which the score does not read, and it is drawn.
    const drawn = await explained(
      [...row, 0, 0],
      rows.map((each) => [...each, 1, 1]),
      score,
    );
    expect([exact.exact, drawn.exact]).toEqual([true, false]);
    for (const { column, contribution, error } of drawn.contributions.filter((each) => each.error > 0))
      expect(Math.abs(contribution - partOf(exact, column))).toBeLessThan(4 * error);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { combineScores, isConfident, isPositive, type WeightedScore } from '../../core/combineScores.ts';

const words = { positive: 'late', negative: 'on time' };
const part = fc.double({ min: 0, max: 1, noNaN: true });
const weight = fc.double({ min: 0.001, max: 1, noNaN: true });
const came = fc
  .array(fc.record({ score: part, threshold: part, weight }), { minLength: 1, maxLength: 6 })
  .map((all): WeightedScore[] => all.map((one) => ({ ...one, words })));

describe('combined scores', () => {
  test('a mean lies between the scores, and what all decide stays decided', () => {
    fc.assert(
      fc.property(came, fc.constantFrom('mean', 'weighted', 'vote'), (scores, how) => {
        const { score, threshold } = combineScores(how, scores);
        const all = how === 'vote' ? [0, 1] : scores.map((one) => one.score);
        expect(score).toBeGreaterThanOrEqual(Math.min(...all) - 1e-12);
        expect(score).toBeLessThanOrEqual(Math.max(...all) + 1e-12);
        const sure = scores.filter((one) => isConfident(one, 1e-9));
        if (sure.length === scores.length && new Set(scores.map(isPositive)).size === 1) {
          expect(score >= threshold).toBe(isPositive(scores[0] as WeightedScore));
        }
      }),
    );
  });

  test('a vote counts decisions by their own thresholds, half of which are enough', () => {
    const voters = [
      { score: 0.2, threshold: 0.1, weight: 1, words },
      { score: 0.8, threshold: 0.9, weight: 1, words },
    ];
    expect(combineScores('vote', voters)).toEqual({ score: 0.5, threshold: 0.5, words });
  });

  test('models that mean other answers are not combined', () => {
    const one = { score: 0.2, threshold: 0.5, weight: 1, words };
    const other = { ...one, words: { positive: 'fraud', negative: 'fair' } };
    expect(() => combineScores('mean', [one, one, other])).toThrow(
      expect.objectContaining({ code: 'graph.other-words', message: expect.stringContaining("'fraud' or 'fair'") }),
    );
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bothTallies, latencyBoundsMs, scoreBins } from '../../core/variantTally.ts';
import { tallyCounter } from '../../serving/tallyCounter.ts';

const share = fc.float({ min: 0, max: 1, noNaN: true });
const requests = fc.array(fc.record({ ms: fc.double({ min: 0, max: 5_000, noNaN: true }), one: share, other: share }));

test('counts in one process and in two are the same, added up', () => {
  fc.assert(
    fc.property(requests, requests, (mine, theirs) => {
      const counted = (all: typeof mine) => {
        const counter = tallyCounter('challenger', 2, 7);
        for (const { ms, one, other } of all) {
          counter.requested();
          counter.scored(ms, Float32Array.of(one));
          counter.paired(Float32Array.of(one), 0.5, Float32Array.of(other), 0.4);
        }
        return counter.tally();
      };
      const [added, whole] = [bothTallies(counted(mine), counted(theirs)), counted([...mine, ...theirs])];
      expect({ ...added, paired: 0 }).toEqual({ ...whole, paired: 0 });
      expect(added.paired.sum).toBeCloseTo(whole.paired.sum, 9);
      expect([added.paired.largest, added.paired.decisions]).toEqual([whole.paired.largest, whole.paired.decisions]);
      expect(whole.latency.reduce((sum, count) => sum + count, 0)).toBe(mine.length + theirs.length);
    }),
    { numRuns: 50 },
  );
});

test('a time lies in the bin that ends with it or after it, a score in a hundredth', () => {
  const counter = tallyCounter('challenger', 2, 7);
  for (const ms of [0, ...latencyBoundsMs, 1e9]) counter.scored(ms, Float32Array.of(0, 0.5, 1, 0.995, 2, -1));
  const { latency, scores } = counter.tally();
  expect(latency).toEqual([2, ...latencyBoundsMs.slice(1).map(() => 1), 1]);
  expect([scores[0], scores[50], scores[scoreBins - 1]]).toEqual([34, 17, 51]);
});

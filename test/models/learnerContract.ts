import { beforeAll, describe, expect, test } from 'vitest';
import type { Parameters } from '../../core/trial.ts';
import type { Backend } from '../../models/backends/backend.ts';
import { openBackend } from '../../models/backends/openBackend.ts';
import { stepsOf } from '../../models/batches.ts';
import type { Lane, TrainOutcome } from '../../models/lane.ts';
import { laneScores } from '../../models/laneScores.ts';
import { learnerChecks } from '../../models/learners/check/learnerChecks.ts';
import { syntheticData } from '../../models/learners/check/syntheticData.ts';
import type { Learner } from '../../models/learners/learner.ts';
import { decodeWeights, encodeWeights, type Weights } from '../../models/learners/weights.ts';
import { auc } from '../../models/metrics/auc.ts';
import { train, trainLanes } from '../../models/trainer.ts';
import type { TrainState } from '../../models/trainState.ts';
import { digestOf } from '../../storage/digest.ts';

const data = syntheticData();

/**
 * What every learner keeps, the engine's own and others', with parameters that let it learn in twelve epochs: the checks
 * of `whet learner check`, and what training keeps with any learner.
 */
export function learnerContract(name: string, learner: Learner, parameters: Parameters): void {
  let backend: Backend;

  beforeAll(async () => {
    backend = await openBackend('wasm');
  });

  describe(`${name}, as users check theirs`, () => {
    test.each(learnerChecks)('$name', async (check) => {
      const { passed, figure } = await check.run({ backend, learner, parameters, data });
      expect([passed, figure]).toEqual([true, figure]);
    });
  });

  describe(`training ${name}`, () => {
    const run = (toEpochs: number, fromState?: TrainState) =>
      train(backend, learner, parameters, data, { seed: 7, toEpochs, ...(fromState && { fromState }) });

    test('learns a known relation', async () => {
      const { weights, diverged } = await run(12);
      const [scores = new Float64Array()] = await laneScores(
        backend,
        learner,
        parameters,
        [weights],
        data.validate,
        data.shape,
      );
      expect(diverged).toBe(false);
      expect(auc.value(scores, data.validate.labels)).toBeGreaterThan(0.85);
    });

    test('goes on from a stored state bit for bit as if it had never stopped', async () => {
      const straight = await run(3);
      const first = await run(1 / 3);
      const stored: TrainState = {
        weights: decodeWeights(encodeWeights(first.weights)),
        adam: structuredClone(first.adam),
      };
      const resumed = await run(3, stored);
      expect(first.adam.steps).toBe(stepsOf(1 / 3, data.train.rows));
      expect(resumed.adam).toEqual(straight.adam);
      expect(encodeWeights(resumed.weights)).toEqual(encodeWeights(straight.weights));
    });

    test('the same budget gives other weights than a larger', async () => {
      expect(digest((await run(2)).weights)).not.toBe(digest((await run(1)).weights));
    });
  });

  describe(`lanes of ${name}`, () => {
    const lane = (seed: number, learningRate: number, l2: number): Lane => ({
      seed,
      parameters: { ...parameters, learningRate, l2 },
    });
    const together = (lanes: readonly Lane[], toEpochs = 2, options = {}): Promise<TrainOutcome[]> =>
      trainLanes(backend, learner, lanes, data, { toEpochs, ...options });
    const apart = async (lanes: readonly Lane[], toEpochs = 2): Promise<TrainOutcome[]> =>
      (await Promise.all(lanes.map((one) => together([one], toEpochs)))).flat();

    test.each([
      ['one seed', [lane(7, 0.01, 0), lane(7, 0.02, 1e-3), lane(7, 0.03, 0)]],
      ['seeds of their own', [lane(1, 0.01, 1e-3), lane(2, 0.02, 0), lane(1, 0.03, 1e-4)]],
    ])('with %s each ends with the bits that it ends with alone', async (_, lanes) => {
      expect(await together(lanes)).toEqual(await apart(lanes));
    });

    test('one that diverges ends by itself, with the weights that it had', async () => {
      const lanes = [lane(7, 0.01, 0), lane(7, 1e38, 0), lane(7, 0.03, 0)];
      const outcomes = await together(lanes);
      expect(outcomes.map(({ diverged }) => diverged)).toEqual([false, true, false]);
      expect(outcomes).toEqual(await apart(lanes));
    });

    test('one that gets no better stops, with the weights of its best check, and goes on to the same end', async () => {
      const lanes = [lane(7, 0.003, 0), lane(7, 0.9, 0)];
      const options = { batchRows: 256, stopEarly: { everyEpochs: 1 / 4, patience: 1, rows: data.validate } };
      const [slow, fast] = await together(lanes, 3, options);
      expect(slow?.adam.steps).toBe(47);
      expect(fast?.adam.steps).toBeLessThan(47);
      expect(fast?.checked).toMatchObject({ since: 1, weights: fast?.chosen });
      expect(fast?.chosen).not.toEqual(fast?.weights);
      const first = await together(lanes, 1 / 4, options);
      const held = lanes.map((one, at) => ({ ...one, fromState: first[at] as TrainOutcome }));
      expect(await together(held, 3, options)).toEqual([slow, fast]);
    });

    test('those that stand behind catch up, and all end as if they had never stopped', async () => {
      const lanes = [lane(7, 0.01, 0), lane(7, 0.02, 1e-3), lane(7, 0.03, 0)];
      const [first, second] = [await apart(lanes, 1 / 2), await apart(lanes, 1)];
      const held = [lanes[0], { ...lanes[1], fromState: first[1] }, { ...lanes[2], fromState: second[2] }] as Lane[];
      expect(await together(held)).toEqual(await apart(lanes));
    });
  });
}

function digest(weights: Weights): string {
  return digestOf(encodeWeights(weights));
}

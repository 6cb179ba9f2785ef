import { expect, test } from 'vitest';
import { type TrainingDefinition, trainingOf, trainingShape } from '../../words/training.ts';

const whole: TrainingDefinition = {
  batchRows: 4_096,
  classWeights: 'balanced',
  halfLife: '7 days',
  stopEarly: { every: '1/4 epoch', patience: 3 },
};

test('what is left out is left out of the plan', () => {
  expect(trainingOf({}, 'training')).toEqual({});
  expect(trainingOf({ batchRows: 64 }, 'training')).toEqual({ batchRows: 64 });
});

test('the plan holds how candidates are trained', () => {
  expect(trainingShape.parse(whole)).toEqual(whole);
  expect(trainingOf(whole, 'training')).toEqual({
    batchRows: 4_096,
    classWeights: 'balanced',
    halfLifeMs: 604_800_000,
    stopEarly: { everyEpochs: 0.25, patience: 3 },
  });
});

test.each([
  [{ batchRows: 0 }, /a whole number, 1 to 65536, but came 0 in training.batchRows/],
  [{ classWeights: { positive: 0, negative: 1 } }, /two numbers above 0, but came .* in training.classWeights/],
  [{ halfLife: '0 days' }, /longer than nothing/],
  [{ stopEarly: { every: '0 epochs', patience: 1 } }, /epochs above 0/],
  [{ stopEarly: { every: '1 epoch', patience: 0.5 } }, /training.stopEarly.patience/],
] as [TrainingDefinition, RegExp][])('%j is refused by name', (given, message) => {
  expect(() => trainingOf(given, 'training')).toThrow(message);
});

test.each([{ classWeights: 'heavy' }, { dropRows: 1 }])('%j is not of its shape', (given) => {
  expect(trainingShape.safeParse(given).success).toBe(false);
});

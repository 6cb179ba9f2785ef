import { expect, test } from 'vitest';
import { rolloutSteps, shareOf, stepText, variantOf } from '../../core/rolloutSteps.ts';
import { withoutVariants, withVariant } from '../../core/rolloutTraffic.ts';

const canary = [
  { weight: 0.05, forMs: 300_000 },
  { weight: 0.25, forMs: 60_000 },
];

test('a rollout goes through the shadow, each canary, and the hold', () => {
  const steps = rolloutSteps({ parity: true, shadowMs: 120_000, canary, holdMs: 600_000 });
  expect(steps.map(stepText)).toEqual([
    'shadow for 2 minutes',
    'canary of 5 % for 5 minutes',
    'canary of 25 % for 1 minute',
    'hold for 10 minutes',
  ]);
  expect(steps.map(({ requests }) => requests)).toEqual([0, 1_000, 1_000, 0]);
  expect(steps.map(shareOf)).toEqual([0.5, 0.05, 0.25, 0.5]);
  expect(steps.map(variantOf)).toEqual([
    { name: 'challenger', weight: 0, shadow: 1 },
    { name: 'challenger', weight: 0.05, shadow: 0 },
    { name: 'challenger', weight: 0.25, shadow: 0 },
    { name: 'previous', weight: 0, shadow: 1 },
  ]);
});

test('a plan without steps has none', () => {
  expect(rolloutSteps({ parity: true, shadowMs: 0 })).toEqual([]);
});

test('the variant of a rollout comes and goes beside the traffic that a person set', () => {
  const variant = { version: 2, weight: 0.1, shadow: 0 };
  const settled = {
    variants: { decoy: { version: 1, weight: 0, shadow: 1 } },
    ...{ rules: [], fallback: [], deadlineMs: 20 },
  };
  for (const traffic of [undefined, settled]) {
    const during = withVariant(traffic, 'challenger', variant);
    expect(during.variants.challenger).toEqual(variant);
    expect(withoutVariants(during)).toEqual(traffic);
    expect(during.fallback).toEqual([]);
    expect(withVariant(traffic, 'previous', variant).fallback).toEqual(['previous']);
    expect(withoutVariants(withVariant(during, 'previous', variant))).toEqual(traffic);
  }
  expect(withoutVariants(settled)).toBe(settled);
  const ruled = { ...settled, rules: [{ when: { country: 'BR' }, variant: 'challenger' }], fallback: ['challenger'] };
  expect(withoutVariants(withVariant(ruled, 'challenger', variant))).toEqual(settled);
});

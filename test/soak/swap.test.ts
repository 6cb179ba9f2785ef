import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findSwapViolations, type SwapEvidence } from '../../bench/soak/swap/findSwapViolations.ts';
import { swapSoak } from '../../bench/soak/swap/swapSoak.ts';

test('20,000 requests over 5 swaps and a kill: no caller sees a failure, no answer is of a version not allowed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'whet-soak-'));
  const said: string[] = [];
  try {
    const options = { folder, requests: 20_000, swaps: 5, kills: 1, seed: 3 };
    const done = await swapSoak({ ...options, report: (line) => said.push(line) });
    expect(done.violations, said.join('\n')).toEqual([]);
    expect(done.requests).toBeGreaterThanOrEqual(20_000);
    expect([done.kills, done.failures]).toEqual([1, 0]);
    expect(done.swaps.canary).toBeGreaterThan(0);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}, 120_000);

const good: SwapEvidence = {
  connections: 8,
  client: {
    answered: 100,
    shed: 0,
    failures: [],
    retried: [{ address: 0, began: 90, failed: 101, why: 'ECONNRESET' }],
    seen: [
      { connection: 0, session: 'a', epoch: 1, variant: 'champion', version: 1, answers: 50, began: 10, last: 50 },
      { connection: 0, session: 'a', epoch: 2, variant: 'challenger', version: 2, answers: 50, began: 51, last: 90 },
    ],
  },
  published: [
    { epoch: 1, kind: 'first', allowed: { champion: 1 }, applied: { a: 5 } },
    { epoch: 2, kind: 'canary', allowed: { champion: 1, challenger: 2 }, applied: { a: 60 } },
  ],
  kills: [{ address: 0, killed: 100, back: 200 }],
  lives: [{ address: 0, pid: 7, epochs: [1, 2] }],
};
const [first, second] = good.client.seen;
const seeing = (...seen: readonly object[]) =>
  ({ ...good, client: { ...good.client, seen: seen.map((each) => ({ ...second, ...each })) } }) as SwapEvidence;
const retrying = (each: object) => {
  const retried = { address: 0, began: 90, failed: 101, why: 'ECONNRESET', ...each };
  return { ...good, client: { ...good.client, retried: [retried] } };
};

test('evidence without a fault gives no violation', () => {
  expect(findSwapViolations(good)).toEqual([]);
});

test.each<[string, SwapEvidence]>([
  ['a call failed at both addresses', { ...good, client: { ...good.client, failures: ['ECONNRESET'] } }],
  ['nobody was killed', retrying({ address: 1 })],
  ['nobody was killed', retrying({ failed: 99 })],
  ['nobody was killed: 503', retrying({ why: '503 {}' })],
  ['cut off by one death', { ...retrying({}), connections: 0 }],
  ['never published', seeing({ epoch: 3 })],
  ['answers by challenger 1 in epoch 2', seeing({ version: 1 })],
  ['answers by decoy 2 in epoch 2', seeing({ variant: 'decoy' })],
  ['began after a had said 2', seeing({ ...first, last: 61 })],
  ['epoch 1 answered after epoch 2', seeing({ ...first, last: 55 }, {})],
  ['applied epoch 2 after 2', { ...good, lives: [{ address: 0, pid: 7, epochs: [1, 2, 2] }] }],
  ['applied epoch 1 after 2', { ...good, lives: [{ address: 0, pid: 7, epochs: [2, 1] }] }],
])('a fault is seen: %s', (told, evidence) => {
  expect(findSwapViolations(evidence).join('\n')).toContain(told);
});

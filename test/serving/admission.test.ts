import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../core/random.ts';
import { type Admission, openAdmission } from '../../serving/admission.ts';

const limits = { queueMs: 1, queueRequests: 16, burstMs: 100, concurrency: 1_000 };
/** What a process needs for a request that it answers, and for one that it turns away. */
const [answerMs, refuseMs] = [0.05, 0.01];
const capacity = 1_000 / answerMs;

describe('an open loop of requests', () => {
  test.each([0.3, 0.7])('is taken whole at %f of the capacity', (share) => {
    const { waits, shed } = simulate(admission(), share * capacity, 2_000);
    expect(shed).toBe(0);
    expect(percentile(waits, 0.99)).toBeLessThan(2);
  });

  test('is shed at three times the capacity, and what is taken waits little more than the limit', () => {
    const held = admission();
    const begun = simulate(held, 3 * capacity, 100);
    expect(percentile(begun.waits, 1)).toBeLessThan(60);
    const { waits, shed, seconds } = simulate(held, 3 * capacity, 3_000);
    const served = waits.length / seconds / capacity;
    expect(shed).toBeGreaterThan(0);
    expect(percentile(waits, 0.99)).toBeLessThan(3);
    // To turn one away takes a fifth of an answer: a + 0.2 (3 - a) = 1 leaves half of the capacity for answers.
    expect(served).toBeGreaterThan(0.45);
  });

  test('without shedding would wait for seconds', () => {
    const { waits } = simulate(admission({ queueMs: 1e9, burstMs: 1e9 }), 3 * capacity, 3_000);
    expect(percentile(waits, 0.5)).toBeGreaterThan(1_000);
  });

  test('is taken whole again at once when the load falls', () => {
    const held = admission();
    expect(simulate(held, 3 * capacity, 1_000).shed).toBeGreaterThan(0);
    simulate(held, 0.5 * capacity, 100);
    const { shed } = simulate(held, 0.5 * capacity, 1_000);
    expect([shed, held.admission.overloaded]).toEqual([0, false]);
  });

  test('may come in a burst', () => {
    const held = admission();
    simulate(held, 0.3 * capacity, 500);
    const { shed } = simulate(held, 5 * capacity, 3);
    expect(shed).toBe(0);
  });
});

test('slow requests wait for one another without being shed', () => {
  const held = admission();
  for (let at = 0; at < 20; at += 1) turnOf(held, 8, 20);
  expect([held.admission.shed, held.admission.overloaded]).toEqual([0, false]);
});

test('tells since when a request has been there at least: since the turn began in which it is read', () => {
  const ends: (() => void)[] = [];
  let now = 10;
  const loop = { nowMs: () => now, idleMs: () => 0, afterTurn: (call: () => void) => void ends.push(call) };
  const held = openAdmission(limits, loop);
  expect(held.arrivedMs()).toBe(10);
  held.waitedMs();
  now = 15;
  expect(held.arrivedMs()).toBe(10);
  for (const end of ends) end();
  expect(held.arrivedMs()).toBe(15);
});

test('takes no more at once than its concurrency', () => {
  const { admission: held } = admission({ concurrency: 2 });
  const taken = [1, 2, 3].map(() => {
    const took = held.takes(held.waitedMs());
    if (took) held.began();
    return took;
  });
  expect(taken).toEqual([true, true, false]);
  held.ended();
  expect(held.takes(0)).toBe(true);
});

interface Held {
  readonly admission: Admission;
  readonly time: { now: number; idle: number };
  readonly endTurn: () => void;
}

function admission(other: Partial<typeof limits> = {}): Held {
  const time = { now: 0, idle: 0 };
  let ended: (() => void) | undefined;
  const loop = {
    nowMs: () => time.now,
    idleMs: () => time.idle,
    afterTurn: (call: () => void) => {
      ended = call;
    },
  };
  return {
    admission: openAdmission({ ...limits, ...other }, loop),
    time,
    endTurn: () => {
      ended?.();
      ended = undefined;
    },
  };
}

/** As many requests at once, each taking so long, in one turn. */
function turnOf(held: Held, requests: number, requestMs: number): void {
  for (let at = 0; at < requests; at += 1) serve(held, requestMs);
  held.endTurn();
}

function serve({ admission: held, time }: Held, requestMs: number): boolean {
  const taken = held.takes(held.waitedMs());
  time.now += taken ? requestMs : refuseMs;
  if (taken) held.began();
  if (taken) held.ended();
  return taken;
}

/** Poisson arrivals; each turn of the loop takes up all that have come when it begins. Waits are the true ones, to the answer. */
function simulate(held: Held, perSecond: number, lastMs: number) {
  const random = seededRandom(3);
  const end = held.time.now + lastMs;
  const waits: number[] = [];
  let shed = 0;
  let next = held.time.now;
  while (held.time.now < end) {
    if (next > held.time.now) {
      held.time.idle += next - held.time.now;
      held.time.now = next;
    }
    const turnBegan = held.time.now;
    while (next <= turnBegan) {
      if (serve(held, answerMs)) waits.push(held.time.now - next);
      else shed += 1;
      next -= (1_000 / perSecond) * Math.log(1 - random.next());
    }
    held.endTurn();
  }
  return { waits, shed, seconds: lastMs / 1_000 };
}

function percentile(values: number[], share: number): number {
  return values.sort((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? Number.NaN;
}

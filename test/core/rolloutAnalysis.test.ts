import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../core/random.ts';
import { judgeStep, type StepEvidence } from '../../core/rolloutAnalysis.ts';
import { usualAnalysis } from '../../core/rolloutPlan.ts';
import { latencyBoundsMs, noTally, scoreBins, type VariantTally } from '../../core/variantTally.ts';
import { type Behaviour, healthy, type SimulatedStep, simulatedStep } from './simulatedRollout.ts';

const alpha = 0.05;
const shadow: SimulatedStep = {
  ...{ newcomer: healthy, rival: healthy, share: 1 / 2, requests: 3_000, every: 20 },
  limits: { alpha, requests: 1_000 },
};
const canary: SimulatedStep = { ...shadow, share: 0.05, requests: 20_000, every: 200 };

function failures(step: SimulatedStep, times: number): number[] {
  const random = seededRandom(7);
  const verdicts = Array.from({ length: times }, () => simulatedStep(step, random).verdict);
  return verdicts.filter(({ outcome }) => outcome === 'fail').map(({ requests }) => requests);
}

describe('of versions that are within the limits, looked at 100 times and more, at most alpha fail', () => {
  const failing = (errors: number): Behaviour => ({ ...healthy, errors });
  const cases: readonly [what: string, step: SimulatedStep, times: number][] = [
    ['all is well', shadow, 100],
    ['as many errors as the limit allows', { ...shadow, newcomer: failing(usualAnalysis.errors) }, 200],
    ['both fail alike', { ...shadow, newcomer: failing(0.02), rival: failing(0.02) }, 200],
    ['both fail alike in a canary', { ...canary, newcomer: failing(0.02), rival: failing(0.02) }, 60],
    ['as slow as the limit allows', { ...shadow, newcomer: { ...healthy, slow: 0.01 } }, 100],
    [
      'scores as far apart as the limit allows',
      { ...shadow, newcomer: { ...healthy, score: (random) => 0.25 + 0.75 * random.next() } },
      60,
    ],
  ];
  test.each(cases)('%s', (_, step, times) => {
    // Three standard errors of the simulation above what is promised.
    const most = times * alpha + 3 * Math.sqrt(times * alpha * (1 - alpha));
    expect(failures(step, times).length).toBeLessThan(most);
  });

  test('where a test that is meant for one look would fail one of seven', () => {
    const random = seededRandom(11);
    let refuted = 0;
    for (let times = 0; times < 200; times += 1) refuted += refutedByManyLooks(random.next, 0.02) ? 1 : 0;
    expect(refuted).toBeGreaterThan(200 / 7);
  });
});

describe('a version that is worse', () => {
  const strict = { alpha: 0.01 / 3, requests: 1_000 };

  test.each([
    ['in the shadow', { ...shadow, limits: strict }],
    ['in a canary of 5 %', { ...canary, requests: 40_000, limits: strict }],
  ])('by 3 %% of errors fails within 1,000 of its requests in more than 90 of 100 rollouts, %s', (_, step) => {
    const found = failures({ ...step, newcomer: { ...healthy, errors: 0.03 } }, 60);
    expect(found.length).toBe(60);
    expect(found.filter((requests) => requests <= 1_000).length).toBeGreaterThanOrEqual(54);
  });

  test('by its scores, or its time, fails, and says of what', () => {
    const moved = { ...healthy, score: (random: { next(): number }) => 0.4 + 0.6 * random.next() };
    const found = simulatedStep({ ...shadow, limits: strict, newcomer: moved }, seededRandom(1)).verdict;
    expect(found.checks.filter(({ outcome }) => outcome === 'fail').map(({ what }) => what)).toEqual(['scores']);
    const slow = { ...shadow, limits: strict, newcomer: { ...healthy, slow: 0.5 } };
    const slowest = simulatedStep(slow, seededRandom(1)).verdict;
    expect(slowest.checks.find(({ outcome }) => outcome === 'fail')?.text).toMatch(
      /took more than 1000 ms, 0 of [\d,]+ requests \(0.00 %\) of version 1 more than 333 ms$/,
    );
  });
});

describe('judgeStep', () => {
  const evidence = (own: Partial<VariantTally>, other: Partial<VariantTally> = {}): StepEvidence => {
    const newcomer = { ...noTally('challenger', 2, 3), ...own };
    const rival = { ...noTally('champion', 1, 3), ...other };
    return { newcomer, rival, share: 1 / 2, paired: newcomer.paired };
  };
  const judged = (given: StepEvidence) => judgeStep(given, { alpha, requests: 1_000 });

  test('holds too few requests to be no answer, unless they show a failure', () => {
    expect(judged(evidence({})).outcome).toBe('inconclusive');
    expect(judged(evidence({ requests: 999 })).outcome).toBe('inconclusive');
    expect(judged(evidence({ requests: 5_000, skipped: 4_500 })).outcome).toBe('inconclusive');
    expect(judged(evidence({ requests: 1_000 }, { requests: 1_000 })).outcome).toBe('pass');
    expect(judged(evidence({ requests: 50, failures: 50 }, { requests: 50 })).outcome).toBe('fail');
  });

  test('lets errors be that the champion makes too, on the same requests', () => {
    expect(judged(evidence({ requests: 900, failures: 200 }, { requests: 900, late: 200 })).outcome).toBe(
      'inconclusive',
    );
  });

  test('takes a pause that many requests felt for one event', () => {
    const times = (slow: number, fast: number) => latencyBoundsMs.map((bound) => (bound === 1 ? fast : 0)).concat(slow);
    const paused = evidence(
      { requests: 1_000, latency: times(15, 985) },
      { requests: 1_000, latency: times(0, 1_000) },
    );
    expect(judged(paused).outcome).toBe('pass');
    const slow = evidence({ requests: 1_000, latency: times(300, 700) }, { requests: 1_000, latency: times(0, 1_000) });
    expect(judged(slow).outcome).toBe('fail');
  });

  test('compares the same rows: how far they are apart, and what is decided of them', () => {
    const scored = { requests: 2_000, scores: new Array<number>(scoreBins).fill(20) };
    const paired = { rows: 2_000, sum: 20, squares: 5, largest: 0.1, decisions: 40 };
    expect(judged(evidence({ ...scored, paired }, scored)).outcome).toBe('pass');
    const apart = { ...paired, sum: 500, squares: 150 };
    expect(judged(evidence({ ...scored, paired: apart }, scored)).outcome).toBe('fail');
    const other = { ...paired, decisions: 700 };
    const checks = judged(evidence({ ...scored, paired: other }, scored)).checks;
    expect(checks.filter(({ outcome }) => outcome === 'fail')).toEqual([
      { what: 'decisions', outcome: 'fail', text: '700 of 2,000 rows (35.0 %) are decided otherwise' },
    ]);
  });

  test('counts a request of many rows once', () => {
    const scores = new Array<number>(scoreBins).fill(0);
    const [low, high] = [scores.with(20, 10_000), scores.with(80, 10_000)];
    expect(judged(evidence({ requests: 10, scores: low }, { requests: 10, scores: high })).outcome).toBe(
      'inconclusive',
    );
    expect(judged(evidence({ requests: 900, scores: low }, { requests: 900, scores: high })).outcome).toBe('fail');
  });

  test('fails a worse log loss on labels that are back, and nothing where there are none', () => {
    const fine = evidence({ requests: 1_000 }, { requests: 1_000 });
    expect(judged(fine).checks.at(-1)).toEqual({ what: 'quality', outcome: 'inconclusive', text: '0 labels are back' });
    const worse = { rows: 1_000, sum: 100, squares: 20, requests: 1_000 };
    expect(judged({ ...fine, labelled: worse }).outcome).toBe('fail');
    expect(judged({ ...fine, labelled: { ...worse, sum: 10 } }).outcome).toBe('pass');
    const few = judged({ ...fine, labelled: { ...worse, requests: 99 } });
    expect(few.checks.at(-1)).toMatchObject({ outcome: 'inconclusive', text: '1,000 labels are back' });
  });

  test('says something finite of any counts', () => {
    const count = fc.nat({ max: 1_000_000 });
    fc.assert(
      fc.property(count, count, count, count, (requests, bad, others, late) => {
        const verdict = judged(
          evidence({ requests: requests + bad, failures: bad }, { requests: others + late, late }),
        );
        for (const { text } of verdict.checks) expect(text).not.toMatch(/NaN|Infinity|undefined/);
      }),
    );
  });
});

/** A test of two shares for one look at 5 %, asked every 20 requests: as one who does not correct for looks would. */
function refutedByManyLooks(next: () => number, share: number): boolean {
  let [own, other] = [0, 0];
  for (let requests = 1; requests <= 3_000; requests += 1) {
    own += next() < share ? 1 : 0;
    other += next() < share ? 1 : 0;
    const mean = (own + other) / (2 * requests);
    const error = Math.sqrt((2 * mean * (1 - mean)) / requests);
    if (requests % 20 === 0 && requests > 100 && (own - other) / requests > 1.645 * error) return true;
  }
  return false;
}

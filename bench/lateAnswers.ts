import type { BenchGroup } from './harness.ts';

/** Callers at once, and how many requests they send in all. One of ten meets a slow variant. */
export const lateAsks = { callers: 4, requests: 10_000 };

/**
 * Times of the answers, as their callers see them, to requests whose chosen variant takes far longer than the deadline. `ask` sends the
 * n-th request and tells the answer's reason.
 */
export function lateAnswers(
  deadlineMs: number,
  begin: () => Promise<void>,
  ask: (n: number) => Promise<{ readonly reason: string }>,
): BenchGroup {
  const lower = (what: string, unit: string) => ({
    name: `beside a slow variant, ${what}`,
    unit,
    better: 'lower' as const,
  });
  const figures = [
    lower('answer of the fallback, p50', 'ms'),
    lower('p99', 'ms'),
    lower('p99.9', 'ms'),
    lower('longest', 'ms'),
    lower(`beyond the deadline of ${deadlineMs} ms`, '%'),
  ];
  return {
    figures,
    async measureAll() {
      await begin();
      const times = await timesOf(ask);
      const at = (share: number): number =>
        times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? Number.NaN;
      const beyond = times.filter((ms) => ms > deadlineMs).length;
      const values = [at(0.5), at(0.99), at(0.999), at(1), (100 * beyond) / times.length];
      return Object.fromEntries(figures.map(({ name }, place) => [name, values[place] ?? Number.NaN]));
    },
  };
}

/** In milliseconds, the shortest first, of the answers that came from the fallback because the variant was late. */
async function timesOf(ask: (n: number) => Promise<{ readonly reason: string }>): Promise<number[]> {
  const times: number[] = [];
  let asked = 0;
  const caller = async (): Promise<void> => {
    while (asked < lateAsks.requests) {
      asked += 1;
      const began = performance.now();
      const { reason } = await ask(asked);
      if (wasLate.test(reason)) times.push(performance.now() - began);
      else if (reason !== 'weight') throw new Error(`An answer came by '${reason}'.`);
    }
  };
  await Promise.all(Array.from({ length: lateAsks.callers }, caller));
  return times.sort((a, b) => a - b);
}

const wasLate = /^fallback: \S+ was late$/;

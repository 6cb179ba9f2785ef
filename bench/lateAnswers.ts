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
    // What the machine does to an answer that waits for nobody.
    lower('answer of the variant in time, p99.9', 'ms'),
  ];
  return {
    figures,
    async measureAll() {
      await begin();
      const { late, inTime } = await timesOf(ask);
      const beyond = late.filter((ms) => ms > deadlineMs).length;
      const values = [
        at(late, 0.5),
        at(late, 0.99),
        at(late, 0.999),
        at(late, 1),
        (100 * beyond) / late.length,
        at(inTime, 0.999),
      ];
      return Object.fromEntries(figures.map(({ name }, place) => [name, values[place] ?? Number.NaN]));
    },
  };
}

function at(times: readonly number[], share: number): number {
  return times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? Number.NaN;
}

interface Times {
  /** From the fallback, because the variant was late. */
  readonly late: number[];
  readonly inTime: number[];
}

/** In milliseconds, the shortest first. */
async function timesOf(ask: (n: number) => Promise<{ readonly reason: string }>): Promise<Times> {
  const times: Times = { late: [], inTime: [] };
  let asked = 0;
  const caller = async (): Promise<void> => {
    while (asked < lateAsks.requests) {
      asked += 1;
      const began = performance.now();
      const { reason } = await ask(asked);
      const isLate = wasLate.test(reason);
      if (!isLate && reason !== 'weight') throw new Error(`An answer came by '${reason}'.`);
      times[isLate ? 'late' : 'inTime'].push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: lateAsks.callers }, caller));
  for (const list of [times.late, times.inTime]) list.sort((a, b) => a - b);
  return times;
}

const wasLate = /^fallback: \S+ was late$/;

import type { BenchGroup } from './harness.ts';
import { answerTimes, type OpenLoopAnswer, openLoop } from './openLoop/openLoop.ts';
import { loadCore, pinServer } from './openLoop/twoCores.ts';

/** One request of ten meets a slow variant. */
export const lateLoad = { perSecond: 1_000, seconds: 30 };

export interface LateAnswers {
  readonly deadlineMs: number;
  /** Ends when the slow variant is in the traffic. */
  readonly begin: () => Promise<void>;
  readonly url: string;
  /** Of the server. */
  readonly pid: number;
  /** The variant is slow for the first of them. */
  readonly bodies: readonly string[];
}

/** Times of the answers, as their callers see them, to requests whose chosen variant takes far longer than the deadline. */
export function lateAnswers({ deadlineMs, begin, url, pid, bodies }: LateAnswers): BenchGroup {
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
      await pinServer(pid);
      const load = await openLoop({ url, bodies, ...lateLoad, connections: 64, core: loadCore, marker: 'was late' });
      const strange = answerTimes([load], isStrange).count;
      if (strange > 0) throw new Error(`${strange} requests had no answer, or a slow one said nothing of a fallback.`);
      const late = answerTimes([load], ({ marked }) => marked);
      const inTime = answerTimes([load], ({ marked }) => !marked);
      const values = [
        late.fromDue(0.5),
        late.fromDue(0.99),
        late.fromDue(0.999),
        late.fromDue(1),
        100 * late.beyond(deadlineMs),
        inTime.fromDue(0.999),
      ];
      return Object.fromEntries(figures.map(({ name }, place) => [name, values[place] ?? Number.NaN]));
    },
  };
}

function isStrange({ body, status, marked }: OpenLoopAnswer): boolean {
  return status !== 200 || (body === 0 && !marked);
}

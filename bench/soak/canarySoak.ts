import { join } from 'node:path';
import { type CanaryRound, type CanaryScenario, canaryRound, faultOf, scenariosOf } from './canary/canaryRound.ts';
import { openCanaryStage } from './canary/openCanaryStage.ts';

export interface CanarySoakOptions {
  readonly folder: string;
  /** Each of all scenarios. */
  readonly rounds: number;
  readonly report: (line: string) => void;
  /** Other scenarios than the usual ones. */
  readonly scenarios?: readonly CanaryScenario[];
}

export interface CanarySoakReport {
  readonly rounds: readonly CanaryRound[];
  readonly violations: readonly string[];
}

/** A canary of 5 %, judged for ten seconds and at most ten more; two serving processes. */
const usual = scenariosOf(0.05, 10_000, 10_000);
const processes = 2;

/** Releases under real load what is healthy, fails, scores otherwise, or is hardly asked: each must end as it should. */
export async function canarySoak(options: CanarySoakOptions): Promise<CanarySoakReport> {
  const { folder, rounds, report, scenarios = usual } = options;
  const done: CanaryRound[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const stage = await openCanaryStage(join(folder, String(round)));
    try {
      for (const scenario of scenarios) {
        const servers = await stage.serve(processes, await faultOf(stage, scenario));
        done.push(await canaryRound(stage, scenario, servers));
        await servers.close();
        report(canaryText(done.at(-1) as CanaryRound));
      }
    } finally {
      await stage.close();
    }
  }
  return {
    rounds: done,
    violations: done.flatMap(({ name, violations }) => violations.map((what) => `${name}: ${what}`)),
  };
}

/** For people, in a line. */
export function canaryText({ name, outcome, why, requests, requestsASecond, secondsToBack }: CanaryRound): string {
  const back = secondsToBack === null ? '' : `, back after ${secondsToBack.toFixed(1)} s`;
  return `${name}: ${outcome}${back}, ${requests} requests, ${requestsASecond.toFixed(0)} a second. ${why}`;
}

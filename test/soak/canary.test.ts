import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CanaryScenario, canaryRound, faultOf, scenariosOf } from '../../bench/soak/canary/canaryRound.ts';
import { type CanaryServers, type CanaryStage, openCanaryStage } from '../../bench/soak/canary/openCanaryStage.ts';

// A short form of `npm run soak -- canary`: real release, serving processes and callers, at half of the requests.

let folder: string;
let stage: CanaryStage;
let servers: CanaryServers;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whet-canary-'));
  stage = await openCanaryStage(folder);
  servers = await stage.serve(1, await faultOf(stage, scenarioOf('errors')));
});
afterAll(async () => {
  await stage.close();
  await rm(folder, { recursive: true, force: true });
});

describe.concurrent('a canary', () => {
  test.each<readonly [CanaryScenario['name'], RegExp]>([
    ['errors', /^canary of 50 % for 5 seconds: errors: \d+ of \d+ requests \([\d.]+ %\) failed or were late, 0 of/],
    ['shifted', /^canary of 50 % for 5 seconds: scores: .* of the scores are below .* of version 1's/],
    ['quiet', /^canary of 50 % for 500 milliseconds: \d+ of at least 1,000 requests/],
  ])(
    'that is %s ends as it should, no caller sees it, and the ledger tells why',
    async (name, why) => {
      const round = await canaryRound(stage, scenarioOf(name), servers);
      expect(round.violations).toEqual([]);
      expect(round.why).toMatch(why);
      const end = name === 'quiet' ? 'inconclusive' : 'failed';
      expect(round.story.slice(-2)).toEqual([
        expect.stringMatching(
          /^version 2 traffic changed: challenger \(version 2\) answers 50 %, rollout of version 2: canary/,
        ),
        `version 2 rollout ${end}, rollout of version 2: ${round.why}`,
      ]);
      expect(round.byVersion[2]).toBeGreaterThan(0);
    },
    60_000,
  );
});

/** Slower callers than the soak's: other tests run beside these. */
function scenarioOf(name: CanaryScenario['name']): CanaryScenario {
  const scenario = scenariosOf(0.5, 500, 500).find((each) => each.name === name);
  if (scenario === undefined) throw new Error(`no scenario ${name}`);
  return { ...scenario, pauseMs: Math.max(8, scenario.pauseMs) };
}

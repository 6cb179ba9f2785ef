import type { Ports } from '../activities/ports.ts';
import { createScoreActivities } from '../activities/score.ts';
import type { ScoreInput } from '../core/scoreInput.ts';
import type { Scoring, ScoringOutcome } from '../core/scoring.ts';
import { asActivity } from './asActivity.ts';
import { workAlone } from './workAlone.ts';

/** `score` as its workflow does it with a single worker. */
export async function scoringAlone(
  ports: Ports,
  input: ScoreInput,
): Promise<{ readonly scoring: Scoring; readonly outcome: ScoringOutcome }> {
  const { openScoring, scoring: stage } = createScoreActivities(ports);
  const scoring = await asActivity(() => openScoring({ input }));
  return { scoring, outcome: await workAlone(ports, (done) => stage({ scoring, done })) };
}

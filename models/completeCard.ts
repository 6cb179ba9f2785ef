import type { Comparison, Scorecard } from '../core/scorecard.ts';
import { answerMetrics, type MetricName } from '../core/scorecardPlan.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { objectKey } from '../storage/objects.ts';
import { differencesOf, estimatesOf, type Measured, type Measuring, measureWithDraws } from './estimateMetrics.ts';
import type { JudgedRows } from './judgedRows.ts';
import { readTestScores } from './testScores.ts';

/**
 * A card with metrics that it lacks, measured on the scores of its test rows while these are kept; what cannot be
 * measured is left out as before.
 */
export async function completeCard(
  store: ObjectStore,
  card: Scorecard,
  wanted: readonly MetricName[],
  measuring: Omit<Measuring, 'threshold'>,
): Promise<Scorecard> {
  const names = wanted.filter((name) => card.metrics[name] === undefined && isMeasurable(name, card, measuring));
  const { testScores } = card;
  if (names.length === 0 || testScores === undefined || !(await store.has(objectKey(testScores)))) return card;
  const { labels, hours, scores } = await readTestScores(store, testScores);
  const rows: JudgedRows = { labels, hours };
  const measuredAt = (own: Float32Array, threshold = Number.NaN): Promise<Measured[]> =>
    measureWithDraws(names, rows, own, { ...measuring, threshold });
  const measured = await measuredAt(scores.challenger, card.threshold);
  const completed = async (role: 'champion' | 'reference'): Promise<Comparison | null> => {
    const [rival, own] = [card[role], scores[role]];
    if (rival === null || own === undefined) return rival;
    const difference = differencesOf(measured, await measuredAt(own, rival.threshold), rows);
    return { ...rival, difference: { ...rival.difference, ...difference } };
  };
  return {
    ...card,
    metrics: { ...card.metrics, ...estimatesOf(measured, rows) },
    champion: await completed('champion'),
    reference: await completed('reference'),
  };
}

/** Answers need the thresholds that the card tells, own metrics the functions of the pipeline's file. */
function isMeasurable(name: MetricName, card: Scorecard, { own }: Pick<Measuring, 'own'>): boolean {
  const isOfAnswers = (answerMetrics as readonly MetricName[]).includes(name);
  if (isOfAnswers) return card.threshold !== undefined;
  return !name.startsWith('own ') || name in own;
}

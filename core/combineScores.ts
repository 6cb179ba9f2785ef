import { WhetError } from './errors.ts';
import type { Combination } from './servingGraph.ts';

/** What a node of a serving graph says of one row. */
export interface NodeScore {
  /** In [0, 1]. */
  readonly score: number;
  /** At or above it the answer is the positive one. */
  readonly threshold: number;
  readonly words: AnswerWords;
}

export interface AnswerWords {
  readonly positive: string;
  readonly negative: string;
}

export interface WeightedScore extends NodeScore {
  readonly weight: number;
}

/**
 * One score of those that came, one at least. A mean, weighted or not, is one of the scores and of the thresholds, over what
 * came; a vote is the share of those that decide for the positive answer, which half of them are enough for. Throws
 * `graph.other-words` where they mean different answers.
 */
export function combineScores(how: Combination, came: readonly WeightedScore[]): NodeScore {
  const words = wordsOf(came);
  if (how === 'vote') return { score: meanOf(came, (one) => (isPositive(one) ? 1 : 0)), threshold: 0.5, words };
  return { score: meanOf(came, ({ score }) => score), threshold: meanOf(came, ({ threshold }) => threshold), words };
}

export function isPositive({ score, threshold }: NodeScore): boolean {
  return score >= threshold;
}

/** Whether a score is far enough from its threshold for its decision to stand alone. */
export function isConfident({ score, threshold }: NodeScore, margin: number): boolean {
  return Math.abs(score - threshold) >= margin;
}

function meanOf(came: readonly WeightedScore[], value: (one: WeightedScore) => number): number {
  let [sum, weights] = [0, 0];
  for (const one of came) {
    sum += one.weight * value(one);
    weights += one.weight;
  }
  return sum / weights;
}

function wordsOf(came: readonly WeightedScore[]): AnswerWords {
  const [first] = came;
  if (first === undefined) throw new Error('There is nothing to combine.');
  const { positive, negative } = first.words;
  const other = came.find(({ words }) => words.positive !== positive || words.negative !== negative);
  if (other === undefined) return first.words;
  throw new WhetError('graph.other-words', {
    expected: `models that answer '${positive}' or '${negative}'`,
    came: `'${other.words.positive}' or '${other.words.negative}'`,
  });
}

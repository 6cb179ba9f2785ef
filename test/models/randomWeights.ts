import type { Encoders } from '../../core/matrix.ts';
import { seededRandom } from '../../core/random.ts';
import type { Candidate } from '../../core/trial.ts';
import { knownLearner } from '../../models/learners/learners.ts';
import type { Weights } from '../../models/learners/weights.ts';

export const candidates: readonly Candidate[] = [
  { learner: 'logistic', parameters: { l2: 1e-4, learningRate: 1e-2 } },
  { learner: 'mlp', parameters: { hidden: [8, 4], learningRate: 1e-2, l2: 0 } },
];

/** Weights of the right shapes, none of them zero, as if trained. */
export function randomWeights({ columns, vocabularies }: Encoders, candidate: Candidate): Weights {
  const random = seededRandom(3);
  const categories = columns.categories.map((name, at) => ({ name, values: (vocabularies[at]?.length ?? 0) + 1 }));
  const shape = { width: columns.numeric.length, categories };
  const initial = knownLearner(candidate).initialWeights(shape, candidate.parameters, random);
  return initial.map((weight) => ({ ...weight, values: weight.values.map(() => 0.4 * random.normal()) }));
}

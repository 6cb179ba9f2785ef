import type { Activation, LearnerKind } from '../../../core/learnerPlan.ts';
import type { Encoders } from '../../../core/matrix.ts';
import type { Plan } from '../../../core/plan.ts';
import { seededRandom } from '../../../core/random.ts';
import type { Candidate } from '../../../core/trial.ts';
import { matrixColumns } from '../../../features/matrixColumns.ts';
import type { ParityRows } from '../../../features/parityRows.ts';
import { rawColumns } from '../../../features/rawColumns.ts';
import { knownLearner } from '../../../models/learners/learners.ts';
import type { Weights } from '../../../models/learners/weights.ts';
import { shapeOf } from '../../../models/trainingData.ts';

/** A model to hold to itself: some features of the rows, a learner, and weights as if it had been trained. */
export interface ParitySubject {
  /** Of letters, digits and `-`. */
  readonly name: string;
  readonly plan: Plan;
  readonly encoders: Encoders;
  readonly candidate: Candidate;
  readonly weights: Weights;
}

/** Each learner that there is, in each way that changes its graph. */
const candidates: Readonly<Record<LearnerKind, readonly [Candidate, ...Candidate[]]>> = {
  logistic: [{ learner: 'logistic', parameters: { l2: 1e-4, learningRate: 1e-2 } }],
  mlp: [mlp('relu'), mlp('tanh'), mlp('elu')],
};

function mlp(activation: Activation): Candidate {
  return { learner: 'mlp', parameters: { hidden: [32, 16], activation, learningRate: 1e-2, l2: 0 } };
}

/** Each learner on all features, and logistic regression on each feature alone. */
export function paritySubjects(plan: Plan, encoders: Encoders): ParitySubject[] {
  const together = Object.values(candidates)
    .flat()
    .map((candidate) => {
      return subject(nameOf(candidate), plan, encoders, candidate);
    });
  const [alone] = candidates.logistic;
  const singly = plan.features.map((feature) => {
    const only = { ...plan, features: [feature] };
    return subject(`${feature.kind}-${feature.name}`, only, encodersOf(only, encoders), alone);
  });
  return [...together, ...singly];
}

function nameOf({ learner, parameters: { activation } }: Candidate): string {
  return typeof activation === 'string' ? `${learner}-${activation}` : learner;
}

function subject(name: string, plan: Plan, encoders: Encoders, candidate: Candidate): ParitySubject {
  const random = seededRandom(3);
  const initial = knownLearner(candidate).initialWeights(shapeOf(encoders), candidate.parameters, random);
  const weights = initial.map((weight) => ({ ...weight, values: weight.values.map(() => 0.3 * random.normal()) }));
  return { name, plan, encoders, candidate, weights };
}

/** The encoders of some of the features. */
function encodersOf(plan: Plan, { columns, scaling, vocabularies, cuts }: Encoders): Encoders {
  const some = matrixColumns(plan);
  const kept = some.categories.flatMap((name) => (cuts?.[name] === undefined ? [] : [[name, cuts[name]] as const]));
  return {
    columns: some,
    scaling: scaling.filter((_, at) => some.numeric.includes(columns.numeric[at] ?? '')),
    vocabularies: vocabularies.filter((_, at) => some.categories.includes(columns.categories[at] ?? '')),
    ...(kept.length === 0 ? {} : { cuts: Object.fromEntries(kept) }),
  };
}

/** The rows with the columns of some features alone. */
export function rowsOf({ plan, encoders }: ParitySubject, all: Encoders, rows: ParityRows): ParityRows {
  const { numeric, categories } = encoders.columns;
  const names = rawColumns(plan).map(({ name }) => name);
  return {
    rows: rows.rows,
    raw: Object.fromEntries(names.map((name) => [name, rows.raw[name] ?? []])),
    numeric: picked(rows.numeric, all.columns.numeric, numeric),
    categories: picked(rows.categories, all.columns.categories, categories),
  };
}

function picked<T extends Float32Array | Int32Array>(matrix: T, all: readonly string[], some: readonly string[]): T {
  const wanted = new Set(some.map((name) => all.indexOf(name)));
  return matrix.filter((_, at) => wanted.has(at % all.length)) as T;
}

import type { LearnerKind } from '../core/learnerPlan.ts';
import type { Parameters } from '../core/trial.ts';
import { backendNames, openBackend } from '../models/backends/openBackend.ts';
import { learners } from '../models/learners/learners.ts';
import { train } from '../models/trainer.ts';
import type { TrainingData } from '../models/trainingData.ts';
import { flightTrainingData } from './flightMatrix.ts';
import type { Bench, BenchCase } from './harness.ts';

const days = 4;

const models: readonly { name: string; learner: LearnerKind; parameters: Parameters }[] = [
  { name: 'logistic', learner: 'logistic', parameters: { learningRate: 1e-2, l2: 1e-5 } },
  { name: 'mlp [32, 16]', learner: 'mlp', parameters: { hidden: [32, 16], learningRate: 3e-3, l2: 0 } },
  { name: 'mlp [64, 32]', learner: 'mlp', parameters: { hidden: [64, 32], learningRate: 3e-3, l2: 0 } },
];

/** Rows a second of the trainer, one process and one thread, on real flights; per backend and model. */
export async function trainingBench(): Promise<Bench> {
  const data = await flightTrainingData(days);
  const { width, categories } = data.shape;
  const cases = backendNames.flatMap((backend) => models.map((model) => caseOf(data, backend, model)));
  return {
    runs: 5,
    cases,
    ratios: models.map(({ name }) => ({ name: `wasm to cpu, ${name}`, of: `wasm, ${name}`, to: `cpu, ${name}` })),
    conditions: [
      `${data.train.rows} rows of ${days} days of flights; ${width} numbers and ${categories.length} categories (${categories.map(({ name, values }) => `${name} ${values}`).join(', ')})`,
      'batches of 1,024 rows; forward, backward and Adam; one process, one thread',
    ],
    close: async () => undefined,
  };
}

function caseOf(
  data: TrainingData,
  backend: string,
  { name, learner, parameters }: (typeof models)[number],
): BenchCase {
  return {
    name: `${backend}, ${name}`,
    unit: 'rows/s',
    better: 'higher',
    async measure() {
      const opened = await openBackend(backend);
      const started = performance.now();
      const toEpochs = rowsAtOnce(backend) / data.train.rows;
      const { rowsTrained } = await train(opened, learners[learner], parameters, data, { seed: 7, toEpochs });
      return rowsTrained / ((performance.now() - started) / 1_000);
    },
  };
}

/** About a second's work, so that a measurement is neither noise nor a wait. */
function rowsAtOnce(backend: string): number {
  return 1_024 * (backend === 'cpu' ? 24 : 256);
}

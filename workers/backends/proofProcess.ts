import { WhetError } from '../../core/errors.ts';
import { seededRandom } from '../../core/random.ts';
import type { Backend } from '../../models/backends/backend.ts';
import type { InstallableBackend } from '../../models/backends/installation.ts';
import { openBackend } from '../../models/backends/openBackend.ts';
import { loadInstalled } from '../../models/backends/openInstalled.ts';
import { learners } from '../../models/learners/learners.ts';
import { train } from '../../models/trainer.ts';
import type { TrainingData } from '../../models/trainingData.ts';
import type { ProofAnswer } from './proveByTraining.ts';

/* The entry of a process that trains with a backend and with plain JavaScript. Arguments: the backend, its folder. */
const [, , name = '', folder = ''] = process.argv;
process.send?.(await proved(), () => process.exit(0));

async function proved(): Promise<ProofAnswer> {
  try {
    const backend = await loadInstalled(name as InstallableBackend, folder);
    const loss = await lossOf(backend);
    const plainLoss = await lossOf(await openBackend('cpu'));
    return { proof: { name: backend.name, device: backend.device, loss, plainLoss } };
  } catch (error) {
    if (error instanceof WhetError) return { refusal: error.facts };
    throw error;
  }
}

async function lossOf(backend: Backend): Promise<number> {
  const parameters = { hidden: [16, 8], learningRate: 0.01, l2: 1e-4 };
  return (await train(backend, learners.mlp, parameters, syntheticRows(512), { seed: 7, toEpochs: 10 })).loss;
}

/** Numbers and a category that tell the label, with some noise. */
function syntheticRows(rows: number): Pick<TrainingData, 'shape' | 'train'> {
  const random = seededRandom(7);
  const shape = { width: 8, categories: [{ name: 'place', values: 21 }] };
  const numeric = Float32Array.from({ length: rows * shape.width }, () => random.normal());
  const categories = Int32Array.from({ length: rows }, () => 1 + random.below(20));
  const labels = Uint8Array.from({ length: rows }, (_, row) => {
    const signal = (numeric[row * shape.width] ?? 0) + ((categories[row] ?? 0) > 10 ? 1 : -1);
    return signal + random.normal() > 0 ? 1 : 0;
  });
  return { shape, train: { rows, numeric, categories, labels } };
}

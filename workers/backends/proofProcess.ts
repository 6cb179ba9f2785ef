import { seededRandom } from '../../core/random.ts';
import type { Backend } from '../../models/backends/backend.ts';
import type { InstallableBackend } from '../../models/backends/installation.ts';
import { openBackend } from '../../models/backends/openBackend.ts';
import { loadTfjsNode } from '../../models/backends/tfjsNodeBackend.ts';
import { learners } from '../../models/learners/learners.ts';
import { train } from '../../models/trainer.ts';
import type { TrainingData } from '../../models/trainingData.ts';
import type { TrainingProof } from './proveByTraining.ts';

/* The entry of a process that trains with a backend and with plain JavaScript. Arguments: the backend, its folder. */
const [, , name = '', folder = ''] = process.argv;
const backend = await loadTfjsNode(name as InstallableBackend, folder);
const data = syntheticRows(2_048);
await trained(backend);
const { loss, rowsPerSecond } = await trained(backend);
const { loss: plainLoss } = await trained(await openBackend('cpu'));
const [, tensorflow = ''] = backend.name.split('@');
const proof: TrainingProof = { tensorflow, device: backend.device, loss, plainLoss, rowsPerSecond };
process.send?.(proof, () => process.exit(0));

async function trained(by: Backend): Promise<{ loss: number; rowsPerSecond: number }> {
  const started = performance.now();
  const parameters = { hidden: [16, 8], learningRate: 0.01, l2: 1e-4 };
  const { loss, rowsTrained } = await train(by, learners.mlp, parameters, data, { seed: 7, toEpochs: 20 });
  return { loss, rowsPerSecond: rowsTrained / ((performance.now() - started) / 1_000) };
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

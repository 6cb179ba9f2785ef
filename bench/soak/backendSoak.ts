import { listBackends } from '../../models/backends/listBackends.ts';
import { openBackend } from '../../models/backends/openBackend.ts';
import { learners } from '../../models/learners/learners.ts';
import { train } from '../../models/trainer.ts';
import type { TrainingData } from '../../models/trainingData.ts';
import { madeRows } from '../training/trainingTask.ts';

export interface BackendSoakReport {
  readonly batches: number;
  readonly backends: readonly BackendGrowth[];
  readonly violations: readonly string[];
}

/** What training left behind, after the batches beside before them. */
interface BackendGrowth {
  readonly name: string;
  readonly tensors: number;
  readonly tensorBytes: number;
  readonly processMb: number;
}

const batches = 2_000;
const batchRows = 256;

/** Garbage that is not yet collected may be so large, whatever the number of batches. */
const mostGrowthMb = 64;

/** Trains 2,000 batches with each backend that the machine has: neither tensors nor memory may grow. */
export async function backendSoak(report: (line: string) => void): Promise<BackendSoakReport> {
  const task = { name: 'memory', width: 16, categories: [300], hidden: [16] };
  const { shape, train: rows } = madeRows(task);
  const available = (await listBackends()).filter((backend) => backend.available);
  const backends: BackendGrowth[] = [];
  for (const { kind } of available) {
    report(`${kind}: ${batches} batches`);
    backends.push(await growthOf(kind, { shape, train: rows }));
  }
  const violations = backends.flatMap((growth) =>
    growth.tensors === 0 && growth.tensorBytes === 0 && growth.processMb <= mostGrowthMb
      ? []
      : [`${growth.name} left ${growth.tensors} tensors behind and grew by ${growth.processMb.toFixed(0)} MB`],
  );
  return { batches, backends, violations };
}

async function growthOf(kind: string, data: Pick<TrainingData, 'shape' | 'train'>): Promise<BackendGrowth> {
  const backend = await openBackend(kind);
  const parameters = { hidden: [16], learningRate: 1e-3, l2: 0 };
  const trained = (steps: number) =>
    train(backend, learners.mlp, parameters, data, {
      seed: 7,
      batchRows,
      toEpochs: (steps * batchRows) / data.train.rows,
    });
  const standing = () => ({ ...backend.tf.memory(), rss: process.memoryUsage.rss() });
  // As many: until then the allocators below JavaScript still take what they will keep.
  await trained(batches);
  const before = standing();
  await trained(batches);
  const after = standing();
  return {
    name: backend.name,
    tensors: after.numTensors - before.numTensors,
    tensorBytes: after.numBytes - before.numBytes,
    processMb: (after.rss - before.rss) / 1e6,
  };
}

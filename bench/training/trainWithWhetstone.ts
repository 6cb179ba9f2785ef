import { openBackend } from '../../models/backends/openBackend.ts';
import { learners } from '../../models/learners/learners.ts';
import { train } from '../../models/trainer.ts';
import { readTask, taskBatchRows, taskLearningRate, trainingTasks } from './trainingTask.ts';

/* Trains a task with a backend and tells of it in a line of JSON. Arguments: the task's folder, epochs, the backend. */
const [, , folder = '', epochs = '1', name = ''] = process.argv;
const backend = await openBackend(name);
const data = await readTask(folder);
const parameters = { hidden: trainingTasks.a.hidden, learningRate: taskLearningRate, l2: 0 };
const run = (toEpochs: number) =>
  train(backend, learners.mlp, parameters, data, { seed: 7, toEpochs, batchRows: taskBatchRows });

await run(0.2);
const started = performance.now();
const { rowsTrained, loss } = await run(Number(epochs));
const seconds = (performance.now() - started) / 1_000;
console.log(JSON.stringify({ rowsPerSecond: rowsTrained / seconds, loss }));

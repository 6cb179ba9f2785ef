import { openBackend } from '../../models/backends/openBackend.ts';
import { learners } from '../../models/learners/learners.ts';
import { trainLanes } from '../../models/trainer.ts';
import { readTask, taskBatchRows, taskLearningRate, trainingTasks } from './trainingTask.ts';

/* Trains a task and tells of it in a line of JSON. Arguments: the task's folder, epochs, backend, lanes side by side. */
const [, , folder = '', epochs = '1', name = '', lanes = '1'] = process.argv;
const backend = await openBackend(name);
const data = await readTask(folder);
const parameters = { hidden: trainingTasks.a.hidden, learningRate: taskLearningRate, l2: 0 };
const models = Array.from({ length: Number(lanes) }, () => ({ parameters, seed: 7 }));
const run = (toEpochs: number) =>
  trainLanes(backend, learners.mlp, models, data, { toEpochs, batchRows: taskBatchRows });

await run(0.2);
const [started, before] = [performance.now(), process.cpuUsage()];
const outcomes = await run(Number(epochs));
const rowsTrained = outcomes.reduce((sum, outcome) => sum + outcome.rowsTrained, 0);
const seconds = (performance.now() - started) / 1_000;
const { user, system } = process.cpuUsage(before);
const rowsPerProcessorSecond = (rowsTrained * 1e6) / (user + system);
console.log(JSON.stringify({ rowsPerSecond: rowsTrained / seconds, rowsPerProcessorSecond, loss: outcomes[0]?.loss }));

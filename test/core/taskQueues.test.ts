import { expect, test } from 'vitest';
import { backendKind } from '../../core/backendName.ts';
import { gpuTrainerQueue, trainerQueue, trainerQueueOf } from '../../core/taskQueues.ts';

test.each([
  ['cpu', 'cpu', trainerQueue],
  ['wasm', 'wasm', trainerQueue],
  ['tfjs-node@2.15.1', 'tfjs-node', trainerQueue],
  ['tfjs-node-gpu@2.21.0', 'tfjs-node-gpu', gpuTrainerQueue],
  ['webgpu@0.6.2', 'webgpu', gpuTrainerQueue],
])('a trial on %s waits where trainers have what %s needs', (name, kind, queue) => {
  expect([backendKind(name), trainerQueueOf(name)]).toEqual([kind, queue]);
});

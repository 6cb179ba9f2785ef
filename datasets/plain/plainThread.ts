import { parentPort } from 'node:worker_threads';
import { handedOver } from './plainThreads.ts';
import { plainWork } from './plainWork.ts';

/** The entry of a thread: it answers orders one after another. */
const work = plainWork();

parentPort?.on('message', (order) => {
  try {
    const answer = work(order);
    parentPort?.postMessage({ answer }, handedOver(answer));
  } catch (error) {
    parentPort?.postMessage({ error });
  }
});

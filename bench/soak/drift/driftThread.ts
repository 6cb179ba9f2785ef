import { parentPort, workerData } from 'node:worker_threads';
import { type DriftRoundOrder, driftRound } from '../driftSoak.ts';

/** The entry of a thread that simulates one round. */
const { seed, windows }: DriftRoundOrder = workerData;
parentPort?.postMessage(driftRound(seed, windows));

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { BenchFigure, BenchGroup } from './harness.ts';

const execute = promisify(execFile);
const client = join(import.meta.dirname, 'loadClient.ts');
const seconds = 3;
export const connections = 16;

/** Requests a second and their 99th percentile, asked by another process over 16 connections. */
export function httpGroup(name: string, url: string, body: string): BenchGroup {
  const [rate, slowest] = httpFigures(name);
  const measureAll = async (): Promise<Record<string, number>> => {
    const args = [client, url, body, String(seconds), String(connections)];
    const { stdout } = await execute(process.execPath, args);
    const { perSecond, p99Ms, failures } = JSON.parse(stdout);
    if (failures > 0) throw new Error(`${failures} requests to ${url} were not answered with 200`);
    return { [rate.name]: perSecond, [slowest.name]: p99Ms };
  };
  return { figures: [rate, slowest], measureAll };
}

export function httpFigures(name: string): readonly [BenchFigure, BenchFigure] {
  return [
    { name: `${name}, requests`, unit: 'requests/s', better: 'higher' },
    { name: `${name}, p99`, unit: 'ms', better: 'lower' },
  ];
}

/** Waits until a URL answers with 200. */
export async function whenAnswering(url: string): Promise<void> {
  const until = performance.now() + 30_000;
  while (performance.now() < until) {
    const answer = await fetch(url).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.status === 200) return;
    await pause(50);
  }
  throw new Error(`${url} did not answer with 200 within 30 s`);
}

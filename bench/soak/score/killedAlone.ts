import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ScoringOutcome } from '../../../core/scoring.ts';
import type { ScoreChildInput } from './scoreChild.ts';
import { writtenOnce } from './writtenOnce.ts';

export interface KilledAlone {
  readonly outcome: ScoringOutcome;
  /** Partitions that were there at each kill. */
  readonly kills: readonly number[];
  readonly violations: readonly string[];
}

/**
 * Scores in a process without Temporal that is killed as soon as so many partitions are there, once for each number, and
 * started again until it ends well. Throws if it ends badly by itself.
 */
export async function killedAlone(input: ScoreChildInput, killAt: readonly number[]): Promise<KilledAlone> {
  const once = writtenOnce(join(input.folder, input.out));
  const kills: number[] = [];
  for (const partitions of killAt) {
    const child = started(input);
    const ended = endOf(child);
    let there = 0;
    while (there < partitions && child.exitCode === null) {
      there = await once.look();
      await pause(2);
    }
    if (child.kill('SIGKILL')) kills.push(there);
    await ended;
  }
  const { code, stdout, stderr } = await endOf(started(input));
  if (code !== 0) throw new Error(`a process that scores ended with ${code}: ${stderr}`);
  await once.look();
  return { outcome: JSON.parse(stdout), kills, violations: once.violations };
}

function started(input: ScoreChildInput): ChildProcess {
  const script = join(import.meta.dirname, 'scoreChild.ts');
  return spawn(process.execPath, [script, JSON.stringify(input)], { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function endOf(child: ChildProcess): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
    });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...said }));
  });
}

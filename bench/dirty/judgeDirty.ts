import { execFile } from 'node:child_process';
import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { FileReport } from '../../datasets/partitions/validateFile.ts';
import { planted } from './dirtyFlights.ts';

const execute = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');

/** What one process took to judge the dirty flights. */
export interface DirtyJudged {
  /** From the start of the process to its end. */
  readonly wholeSeconds: number;
  /** Of the reading and judging alone; undefined where the process does not tell. */
  readonly inProcessSeconds?: number;
  /** Of the whole process, on all cores. */
  readonly cpuSeconds: number;
  readonly peakMb: number;
}

/** A script of a peer, or ours, that tells what it found in its last line. Throws where that is not what is planted. */
export async function judgedByScript(command: string, script: string, file: string): Promise<DirtyJudged> {
  const started = performance.now();
  const { stdout } = await execute(command, [join(import.meta.dirname, script), file], {
    env: { ...process.env, GX_ANALYTICS_ENABLED: 'false' },
  });
  const wholeSeconds = (performance.now() - started) / 1_000;
  const told = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as ToldByScript;
  requirePlanted(script, told);
  const { seconds, cpuSeconds, peakMb } = told;
  return { wholeSeconds, inProcessSeconds: seconds, cpuSeconds, peakMb };
}

interface ToldByScript {
  readonly seconds: number;
  readonly bad: number;
  readonly reasons: number;
  readonly cpuSeconds: number;
  readonly peakMb: number;
}

/** `whet validate` of the package as it is published, in a project of its own. */
export async function judgedByCommand(project: string, file: string): Promise<DirtyJudged> {
  const whet = join(root, 'dist', 'cli', 'whet.js');
  const args = ['--import', tellUsage, whet, 'validate', 'dirty-flights', file, '--json'];
  const started = performance.now();
  const { stdout, stderr } = await execute(process.execPath, args, { cwd: project });
  const wholeSeconds = (performance.now() - started) / 1_000;
  const report = JSON.parse(stdout) as FileReport;
  const reasons = report.rules.reduce((sum, { rows }) => sum + rows, 0);
  requirePlanted('whet validate', { bad: report.quarantined, reasons });
  return { wholeSeconds, ...(JSON.parse(stderr.trim().split('\n').at(-1) ?? '') as ProcessUsage) };
}

type ProcessUsage = Pick<DirtyJudged, 'cpuSeconds' | 'peakMb'>;

/** A module that tells at its end what the process that loads it has used. */
const telling = `process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  console.error(JSON.stringify({ cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakMb: maxRSS / 1024 }));
})`;
const tellUsage = `data:text/javascript,${encodeURIComponent(telling)}`;

function requirePlanted(who: string, { bad, reasons }: { readonly bad: number; readonly reasons: number }): void {
  if (bad === planted.bad && reasons === planted.reasons) return;
  throw new Error(`expected ${JSON.stringify(planted)} of ${who}, but came ${JSON.stringify({ bad, reasons })}`);
}

/** Builds the package, and makes a project that uses it, as a user has it. */
export async function makeProject(folder: string): Promise<string> {
  await execute(process.execPath, [join(root, 'tools', 'build.ts')]);
  await mkdir(join(folder, 'node_modules'), { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "type": "module", "private": true }');
  await cp(join(import.meta.dirname, 'pipelines'), join(folder, 'pipelines'), { recursive: true });
  await symlink(join(root, 'dist'), join(folder, 'node_modules', 'whetstone'));
  await symlink(join(root, 'node_modules', 'zod'), join(folder, 'node_modules', 'zod'));
  return folder;
}

import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RunCommand, runCommand } from '../runCommand.ts';

export interface BuildInputs {
  /** An empty folder to work in. */
  readonly folder: string;
  readonly run?: RunCommand;
  readonly progressEveryMs?: number;
  readonly report: (line: string) => void;
}

/**
 * Builds `temporal` from the Go module that `cli/go.mod` and `cli/go.sum` pin, from the Go module proxy: 2 to 8 minutes
 * on two cores the first time. Gives the binary's path; throws with what Go said.
 */
export async function buildTemporal({
  folder,
  run = runCommand,
  progressEveryMs = 10_000,
  report,
}: BuildInputs): Promise<string> {
  for (const name of ['go.mod', 'go.sum'])
    await copyFile(new URL(`./cli/${name}`, import.meta.url), join(folder, name));
  report('building Temporal from its Go module: some minutes, once on this machine');
  const told = buildProgress(progressEveryMs, report);
  try {
    const { code, tail } = await run('go', goArguments, { cwd: folder, env: goEnvironment, onLine: told.onLine });
    if (code === commandNotFound) throw new Error('there is no go command on the PATH');
    if (code !== 0) throw new Error(`go build ended with ${code}: ${tail}`);
    return join(folder, 'temporal');
  } finally {
    told.end();
  }
}

/** `-v` prints each package as it is compiled: the only progress that Go shows. */
const goArguments = [
  'build',
  '-v',
  '-trimpath',
  '-ldflags',
  '-s -w',
  '-o',
  'temporal',
  'github.com/temporalio/cli/cmd/temporal',
];
const commandNotFound = 127;
/** The user's own flags, workspaces and repository (of a home folder) must not change what is built. */
const goEnvironment = { GOFLAGS: '-buildvcs=false', GOWORK: 'off' };

/** A line every ten seconds, also while Go says nothing. */
function buildProgress(everyMs: number, report: (line: string) => void): { onLine(line: string): void; end(): void } {
  const since = performance.now();
  let packages = 0;
  let last = 'loading modules';
  const tell = (): void => {
    const seconds = Math.round((performance.now() - since) / 1000);
    report(`building Temporal: ${seconds} s, ${packages} packages compiled, at ${last}`);
  };
  const timer = setInterval(tell, everyMs);
  const onLine = (line: string): void => {
    last = line;
    if (!line.startsWith('go: ')) packages += 1;
  };
  return { onLine, end: () => clearInterval(timer) };
}

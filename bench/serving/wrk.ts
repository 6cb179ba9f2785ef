import { execFile, execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const client = join(import.meta.dirname, '../loadClient.ts');

export interface Load {
  readonly perSecond: number;
  readonly p99Ms: number;
}

/** What asks: `wrk` where it is on the PATH, else a client of Node's own, which needs more of the second core. */
export function loadTool(): 'wrk' | 'loadClient.ts' {
  try {
    execFileSync('sh', ['-c', 'command -v wrk'], { stdio: 'ignore' });
    return 'wrk';
  } catch {
    return 'loadClient.ts';
  }
}

/** One thread, so many connections, each asking again once it is answered. Throws where an answer was not 200. */
export async function load(
  url: string,
  body: string,
  connections: number,
  seconds: number,
  scratch: string,
): Promise<Load> {
  if (loadTool() === 'wrk') return loadByWrk(url, body, connections, seconds, scratch);
  const { stdout } = await execute(process.execPath, [client, url, body, String(seconds), String(connections)]);
  const { perSecond, p99Ms, failures } = JSON.parse(stdout);
  if (failures > 0) throw new Error(`${failures} requests to ${url} were not answered with 200`);
  return { perSecond, p99Ms };
}

async function loadByWrk(
  url: string,
  body: string,
  connections: number,
  seconds: number,
  scratch: string,
): Promise<Load> {
  const script = join(scratch, 'request.lua');
  writeFileSync(
    script,
    `wrk.method="POST"\nwrk.headers["Content-Type"]="application/json"\nwrk.body=[==[${body}]==]\n`,
  );
  const { stdout } = await execute('wrk', ['-t1', `-c${connections}`, `-d${seconds}`, '--latency', '-s', script, url]);
  const bad = /Non-2xx or 3xx responses: (\d+)/.exec(stdout)?.[1];
  if (bad !== undefined) throw new Error(`${bad} requests to ${url} were not answered with 200`);
  const [, p99 = '', unit = 'ms'] = /99%\s+([\d.]+)(us|ms|s)/.exec(stdout) ?? [];
  return {
    perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]),
    p99Ms: Number(p99) * ({ us: 0.001, ms: 1, s: 1_000 }[unit] ?? Number.NaN),
  };
}

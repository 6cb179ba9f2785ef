import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { digestOf } from '../../storage/digest.ts';
import { userCache } from '../../storage/userCache.ts';

const execute = promisify(execFile);
const source = join(import.meta.dirname, 'openLoop.c');

export interface OpenLoop {
  readonly url: string;
  /** Posted in turn. */
  readonly bodies: readonly string[];
  readonly perSecond: number;
  readonly seconds: number;
  readonly connections: number;
  /** The core that it has to itself. */
  readonly core: number;
  /** Tells answers that hold this text from others. */
  readonly marker?: string;
}

/** The requests that fell due and went out. */
export interface OpenLoopAnswers {
  readonly perSecond: number;
  readonly seconds: number;
  /** Records of the generator. */
  readonly bytes: Buffer;
}

export interface OpenLoopAnswer {
  /** Which of the bodies was sent. */
  readonly body: number;
  /** 0 where there was no answer a second after the last one fell due. */
  readonly status: number;
  readonly marked: boolean;
}

export interface AnswerTimes {
  readonly count: number;
  readonly perSecond: number;
  /** Milliseconds from when the request was due: before it is sent it waits for a connection where all are taken. */
  readonly fromDue: Quantile;
  /** Milliseconds from when it was sent. */
  readonly fromSent: Quantile;
  /** The share of those that took longer, from when they were due. */
  readonly beyond: (ms: number) => number;
}

/** Of a share, 0 to 1. */
export type Quantile = (share: number) => number;

/** Asks at a given rate, whether it is answered or not. Needs a C compiler, `cc`, and Linux. */
export async function openLoop(load: OpenLoop): Promise<OpenLoopAnswers> {
  const { url, bodies, perSecond, seconds, connections, core, marker = '' } = load;
  const scratch = await mkdtemp(join(tmpdir(), 'whet-open-loop-'));
  try {
    const [requests, answers] = [join(scratch, 'requests'), join(scratch, 'answers')];
    await writeFile(requests, Buffer.concat(bodies.map((body) => requestOf(new URL(url), body))));
    const args = [new URL(url).port, requests, `${perSecond}`, `${seconds}`, `${connections}`, marker];
    await run('taskset', ['-c', `${core}`, await generator(), ...args], answers);
    const bytes = await readFile(answers);
    return { perSecond: bytes.length / recordBytes / seconds, seconds, bytes };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** With its length before it. */
function requestOf({ host, pathname }: URL, body: string): Buffer {
  const headers = `host: ${host}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}`;
  const request = Buffer.from(`POST ${pathname} HTTP/1.1\r\n${headers}\r\n\r\n${body}`);
  return Buffer.concat([Buffer.from(`${request.length}\n`), request]);
}

async function run(command: string, args: readonly string[], output: string): Promise<void> {
  const file = await open(output, 'w');
  try {
    const child = spawn(command, args, { stdio: ['ignore', file.fd, 'inherit'] });
    const [code] = await once(child, 'exit');
    if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}`);
  } finally {
    await file.close();
  }
}

/** Compiled once for each state of its source. */
async function generator(): Promise<string> {
  const folder = userCache('bench');
  const program = join(folder, `openLoop-${digestOf(await readFile(source)).slice(0, 16)}`);
  if (existsSync(program)) return program;
  await mkdir(folder, { recursive: true });
  const made = `${program}.${process.pid}`;
  await execute('cc', ['-O2', '-o', made, source, '-lm']);
  await rename(made, program);
  return program;
}

/** Bytes of `struct record` in the generator. */
const recordBytes = 16;

/** Of some of the answers, those of several loads together. */
export function answerTimes(
  loads: readonly OpenLoopAnswers[],
  select: (answer: OpenLoopAnswer) => boolean,
): AnswerTimes {
  const [fromDue, fromSent] = [[] as number[], [] as number[]];
  for (const { bytes } of loads) {
    for (let at = 0; at < bytes.length; at += recordBytes) {
      if (!select(answerAt(bytes, at))) continue;
      const [waited, answered] = [bytes.readFloatLE(at + 8), bytes.readFloatLE(at + 12)];
      fromSent.push(answered);
      fromDue.push(waited + answered);
    }
  }
  const seconds = loads.reduce((sum, load) => sum + load.seconds, 0);
  const count = fromDue.length;
  return {
    count,
    perSecond: count / seconds,
    fromDue: quantileOf(fromDue),
    fromSent: quantileOf(fromSent),
    beyond: (limitMs) => fromDue.filter((ms) => ms > limitMs).length / count,
  };
}

function answerAt(bytes: Buffer, at: number): OpenLoopAnswer {
  return {
    body: bytes.readUInt32LE(at),
    status: bytes.readUInt16LE(at + 4),
    marked: bytes.readUInt16LE(at + 6) === 1,
  };
}

function quantileOf(times: readonly number[]): Quantile {
  const sorted = Float64Array.from(times).sort();
  return (share) => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
}

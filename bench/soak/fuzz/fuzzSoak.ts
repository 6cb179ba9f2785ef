import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadSync, type MethodDefinition } from '@grpc/proto-loader';
import { type Random, seededRandom } from '../../../core/random.ts';
import { localDisk } from '../../../storage/localDisk.ts';
import { pipeline, putVersion, route } from '../../../test/serving/fixture.ts';
import { rawInputs } from '../../../test/serving/tensorRequest.ts';
import { breakHttp } from './breakHttp.ts';
import { type FuzzCase, fuzzCase, goodCases } from './fuzzCase.ts';
import { type GrpcFuzzer, grpcFuzzer } from './fuzzGrpc.ts';
import type { FuzzServerTold } from './fuzzServer.ts';
import { judgeReply } from './judgeReply.ts';
import { pick } from './mutate.ts';
import { sendCase } from './sendCase.ts';

export interface FuzzOptions {
  /** For the server's store. */
  readonly folder: string;
  readonly requests: number;
  readonly seed: number;
  readonly report?: (line: string) => void;
}

export interface FuzzReport {
  readonly seed: number;
  readonly requests: number;
  readonly seconds: number;
  /** Requests that ended with each status; gRPC and broken HTTP are counted by their names. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Of the server after a collection of garbage, each time that a fifth was done, in MB. */
  readonly memory: readonly Memory[];
  readonly violations: readonly string[];
}

type Memory = Pick<FuzzServerTold, 'heapMb' | 'residentMb'>;

/** The memory is looked at after each of so many. */
const parts = 5;
/** How many connections send at once. */
const connections = 8;
/** Objects and buffers may grow by so much from a fifth of the way to its end, in MB. */
const allowedGrowthMb = 8;
/** One in so many is a good request, a call of gRPC, and broken HTTP. */
const oneIn = { good: 8, grpc: 10, broken: 50 };

/**
 * Sends random and mutated requests to a real server in a process of its own, good ones among them. It must neither end nor
 * hang, refuse with a sentence and never with a status of 500, answer the good ones right, and not grow.
 */
export async function fuzzSoak({ folder, requests, seed, report }: FuzzOptions): Promise<FuzzReport> {
  const store = localDisk(folder);
  await route(store, 1, await putVersion(store, 1));
  const script = fileURLToPath(new URL('./fuzzServer.ts', import.meta.url));
  const child = fork(script, [folder], { execArgv: ['--expose-gc'] });
  const { url, grpc } = await toldBy(child);
  await answering(url);
  const run: Run = {
    url,
    grpc: grpcFuzzer(grpc, goodMessage()),
    statuses: {},
    violations: [],
    isOver: () => child.exitCode !== null,
  };
  const began = performance.now();
  const memory: Memory[] = [];
  for (let part = 1; part <= parts; part += 1) {
    await sendAll(run, Math.floor(requests / parts), seed * 1_000 + part * connections);
    if (run.isOver() || run.violations.length > 0) break;
    child.send('memory');
    const { heapMb, residentMb } = await toldBy(child);
    memory.push({ heapMb, residentMb });
    report?.(`${part} of ${parts}: heap ${heapMb.toFixed(1)} MB, ${JSON.stringify(run.statuses)}`);
  }
  run.grpc.close();
  const seconds = (performance.now() - began) / 1_000;
  const violations = [...run.violations, ...lifeViolations(child, memory)];
  await ended(child);
  return { seed, requests, seconds, statuses: run.statuses, memory, violations };
}

interface Run {
  readonly url: string;
  readonly grpc: GrpcFuzzer;
  readonly statuses: Record<string, number>;
  readonly violations: string[];
  readonly isOver: () => boolean;
}

async function toldBy(child: ChildProcess): Promise<FuzzServerTold> {
  const [told] = await Promise.race([once(child, 'message'), once(child, 'exit').then(() => [])]);
  if (told === undefined) throw new Error(`the server ended with ${child.exitCode ?? child.signalCode}`);
  return told;
}

/** Waits until the version has been loaded. */
async function answering(url: string): Promise<void> {
  const end = performance.now() + 60_000;
  while ((await fetch(`${url}/v2/health/ready`)).status !== 200) {
    if (performance.now() > end) throw new Error('the server is not ready after a minute');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function goodMessage(): Buffer {
  const file = join(import.meta.dirname, '../../../serving/grpc/openInference.proto');
  const { 'inference.GRPCInferenceService': service } = loadSync(file, { keepCase: true });
  const { ModelInfer } = service as unknown as Record<string, MethodDefinition<object, object>>;
  const inputs = rawInputs();
  const message = {
    model_name: pipeline,
    inputs,
    raw_input_contents: inputs.map(({ raw }) => raw),
    outputs: [{ name: 'score' }],
  };
  return ModelInfer?.requestSerialize(message) ?? Buffer.alloc(0);
}

async function sendAll(run: Run, count: number, seed: number): Promise<void> {
  let left = count;
  const connection = async (_: unknown, index: number): Promise<void> => {
    const random = seededRandom(seed + index);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (left > 0 && !run.isOver() && run.violations.length < mostViolations) {
      left -= 1;
      await sendOne(run, random, agent);
    }
    agent.destroy();
  };
  await Promise.all(Array.from({ length: connections }, connection));
}

const mostViolations = 20;

async function sendOne(run: Run, random: Random, agent: Agent): Promise<void> {
  if (random.below(oneIn.grpc) === 0) return violated(run, 'gRPC', await run.grpc.call(random));
  const sent = random.below(oneIn.good) === 0 ? pick(random, goodCases) : fuzzCase(random);
  if (random.below(oneIn.broken) === 0) return violated(run, 'broken HTTP', await breakHttp(random, run.url, sent));
  try {
    const reply = await sendCase(agent, run.url, sent);
    violated(run, String(reply.status), judgeReply(sent, reply), sent);
  } catch (error) {
    violated(run, 'no answer', String(error), sent);
  }
}

function violated({ statuses, violations }: Run, status: string, what: string | undefined, sent?: FuzzCase): void {
  statuses[status] = (statuses[status] ?? 0) + 1;
  if (what === undefined) return;
  const { kind, method, path, headers, body } = sent ?? {};
  const came = `${kind} ${method} ${path} ${JSON.stringify(headers)} ${body?.toString('base64').slice(0, 2_000)}`;
  violations.push(sent === undefined ? what : `${what}; sent: ${came}`);
}

function lifeViolations(child: ChildProcess, memory: readonly Memory[]): string[] {
  if (child.exitCode !== null || child.signalCode !== null)
    return [`the server ended with ${child.exitCode ?? child.signalCode}`];
  const grown = (memory.at(-1)?.heapMb ?? 0) - (memory[0]?.heapMb ?? 0);
  return grown > allowedGrowthMb ? [`the server's heap grew by ${grown.toFixed(1)} MB`] : [];
}

/** Milliseconds after which a server that was told to end hangs. */
const patienceMs = 30_000;

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.disconnect();
  const late = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  await exit;
  clearTimeout(late);
}

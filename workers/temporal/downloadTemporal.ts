import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type RunCommand, runCommand } from '../runCommand.ts';
import { pinnedVersion } from './temporalVersion.ts';

export interface DownloadInputs {
  /** An empty folder to work in. */
  readonly folder: string;
  /** Tried in order. */
  readonly urls: readonly string[];
  readonly fetch?: typeof fetch;
  readonly run?: RunCommand;
  /** To the response's head, so that a machine without a way out moves on soon. */
  readonly connectTimeoutMs?: number;
  /** Between two pieces of the body. */
  readonly stallTimeoutMs?: number;
  readonly progressEveryMs?: number;
  readonly report: (line: string) => void;
}

/** Loads and unpacks an official archive, and gives the path of its `temporal`. Throws with one reason for each address. */
export async function downloadTemporal(inputs: DownloadInputs): Promise<string> {
  const reasons: string[] = [];
  for (const url of inputs.urls) {
    try {
      inputs.report(`downloading ${url}`);
      return await extracted(await fetched(url, inputs), inputs);
    } catch (error) {
      reasons.push(`${url}: ${reasonOf(error)}`);
    }
  }
  throw new Error(reasons.join('; '));
}

/** The pinned release at Temporal's own download site, then at GitHub. Empty where no archive exists for this machine. */
export function officialUrls(platform: string = process.platform, arch: string = process.arch): string[] {
  const system = ['linux', 'darwin'].find((known) => known === platform);
  const machine = ({ x64: 'amd64', arm64: 'arm64' } as Readonly<Record<string, string>>)[arch];
  if (system === undefined || machine === undefined) return [];
  return [
    `https://temporal.download/cli/archive/v${pinnedVersion}?platform=${system}&arch=${machine}`,
    `https://github.com/temporalio/cli/releases/download/v${pinnedVersion}/temporal_cli_${pinnedVersion}_${system}_${machine}.tar.gz`,
  ];
}

async function fetched(url: string, inputs: DownloadInputs): Promise<string> {
  const { folder, connectTimeoutMs = 5_000, stallTimeoutMs = 30_000 } = inputs;
  const patience = abortAfter(connectTimeoutMs, `no answer within ${connectTimeoutMs / 1000} s`);
  try {
    const response = await (inputs.fetch ?? fetch)(url, { signal: patience.signal, redirect: 'follow' });
    if (!response.ok || response.body === null) throw new Error(`HTTP ${response.status}`);
    const archive = join(folder, 'temporal.tar.gz');
    patience.again(stallTimeoutMs, `nothing came for ${stallTimeoutMs / 1000} s`);
    const told = progress(Number(response.headers.get('content-length') ?? 0), inputs);
    const body = async function* (): AsyncGenerator<Uint8Array> {
      for await (const piece of response.body as AsyncIterable<Uint8Array>) {
        patience.again(stallTimeoutMs, `nothing came for ${stallTimeoutMs / 1000} s`);
        told(piece.length);
        yield piece;
      }
    };
    await pipeline(Readable.from(body()), createWriteStream(archive));
    return archive;
  } finally {
    patience.end();
  }
}

async function extracted(archive: string, { folder, run = runCommand }: DownloadInputs): Promise<string> {
  const { code, tail } = await run('tar', ['-xzf', archive, '-C', folder, 'temporal'], { cwd: folder });
  if (code !== 0) throw new Error(`tar could not unpack it: ${tail}`);
  return join(folder, 'temporal');
}

/** An abort signal with a deadline that can be set anew. */
function abortAfter(
  ms: number,
  why: string,
): { signal: AbortSignal; again(ms: number, why: string): void; end(): void } {
  const controller = new AbortController();
  const abort = (reason: string): void => controller.abort(new Error(reason));
  let timer = setTimeout(abort, ms, why);
  const again = (nextMs: number, nextWhy: string): void => {
    clearTimeout(timer);
    timer = setTimeout(abort, nextMs, nextWhy);
  };
  return { signal: controller.signal, again, end: () => clearTimeout(timer) };
}

/** A line every few seconds with what came so far, in MB. */
function progress(totalBytes: number, { report, progressEveryMs = 5_000 }: DownloadInputs): (bytes: number) => void {
  let loaded = 0;
  let last = performance.now();
  return (bytes) => {
    loaded += bytes;
    if (performance.now() - last < progressEveryMs) return;
    last = performance.now();
    report(`downloading: ${megabytes(loaded)}${totalBytes > 0 ? ` of ${megabytes(totalBytes)}` : ''}`);
  };
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

/** `fetch failed` says nothing; its cause does. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}

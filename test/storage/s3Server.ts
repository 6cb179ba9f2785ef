import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { freePort } from '../../workers/freePort.ts';
import { type GuardedProcess, guardedProcess } from '../../workers/guardedProcess.ts';

/** A real S3 server on a folder of its own, with one bucket. It ends with the test process, however that ends. */
export interface S3Server {
  readonly port: number;
  /** Where the bucket's objects lie as files. */
  readonly bucketFolder: string;
  /** A location of its own in the bucket, as `openStore` takes it; `through` names the port of a proxy. */
  location(through?: number): string;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** Starts it again, on the same port and folder. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** What the SDK's chain finds in this process and in those that it starts. */
export const credentials = { AWS_ACCESS_KEY_ID: 'whetstone', AWS_SECRET_ACCESS_KEY: 'a secret for tests' } as const;

export async function startS3Server(binary: string): Promise<S3Server> {
  Object.assign(process.env, credentials);
  const folder = await mkdtemp(join(tmpdir(), 'whet-s3-'));
  const port = await freePort();
  let server = await started(binary, port, folder);
  await makeBucket(port);
  return {
    port,
    bucketFolder: join(folder, bucket),
    location: (through = port) => `s3://${bucket}/${randomUUID()}?endpoint=http://127.0.0.1:${through}`,
    async kill() {
      server.kill();
      await server.exited;
    },
    async restart() {
      server = await started(binary, port, folder);
    },
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const bucket = 'whet-tests';

async function started(binary: string, port: number, folder: string): Promise<GuardedProcess> {
  const { AWS_ACCESS_KEY_ID: access, AWS_SECRET_ACCESS_KEY: secret } = credentials;
  const keys = ['--access', access, '--secret', secret, '--region', 'us-east-1'];
  const place = ['--port', `127.0.0.1:${port}`, '--keep-alive', '--quiet', '--health', '/health', 'posix', folder];
  const said: string[] = [];
  const server = await guardedProcess(binary, [...keys, ...place], { output: (line) => said.push(line) });
  let ended = false;
  void server.exited.then(() => {
    ended = true;
  });
  while (!(await answers(port))) {
    if (ended) throw new Error(`versitygw ended: ${said.join('\n')}`);
    await pause(20);
  }
  return server;
}

async function answers(port: number): Promise<boolean> {
  return (await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined))?.ok ?? false;
}

async function makeBucket(port: number): Promise<void> {
  const client = new S3Client({ endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  client.destroy();
}

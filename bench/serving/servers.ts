import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePorts } from '../../workers/freePort.ts';
import { pythonPeer } from '../pythonPeer.ts';
import { root } from '../realPackage.ts';
import { columns, commonPipeline, commonRow, width } from './commonModel.ts';

/** A way to serve the common model, and how it is asked for one row. */
export interface ServingSide {
  readonly name: string;
  /** Asked for one row of the protocol that it speaks. */
  readonly body: string;
  start(): Promise<StartedServer>;
}

export interface StartedServer {
  /** Where the body goes. */
  readonly url: string;
  readonly pid: number;
  /** Seconds from the start of the process to the first good answer. */
  readonly coldSeconds: number;
  /** Resident memory of the process and all below it, in MB. */
  residentMb(): number;
  close(): Promise<void>;
}

/** So many rows in the Open Inference Protocol, side by side in one tensor. */
export function oipBodyOf(rows: number): string {
  const data = Array.from({ length: rows }, () => commonRow).flat();
  return JSON.stringify({ inputs: [{ name: 'columns', shape: [rows, width], datatype: 'FP64', data }] });
}

export const oipBody = oipBodyOf(1);

/** The same row with a tensor for each column. */
export const oipBodyByColumn = JSON.stringify({
  inputs: columns.map((name, at) => ({ name, shape: [1], datatype: 'FP64', data: [commonRow[at]] })),
});

/** `whet serve` on a state folder that holds the common model. */
export function whetstone(state: string, processes: number, flags: readonly string[] = []): ServingSide {
  const start = async (): Promise<StartedServer> => {
    const [port = 0] = await freePorts(1);
    const args = ['serve', '--port', String(port), '--processes', String(processes), ...flags];
    const { TEMPORAL_ADDRESS: _, ...env } = process.env;
    const child = () => {
      const command = [join(root, 'cli/whet.ts'), ...args];
      return spawn(process.execPath, command, { cwd: root, env: { ...env, WHET_STATE: state }, stdio: 'ignore' });
    };
    return started(child, `http://127.0.0.1:${port}/v2/models/${commonPipeline}/infer`, oipBody);
  };
  return { name: `whetstone, ${processes} ${processes === 1 ? 'process' : 'processes'}`, body: oipBody, start };
}

const bodyOfPeer = JSON.stringify({ inputs: [{ name: 'x', shape: [1, width], datatype: 'FP32', data: commonRow }] });

const mlModel = `
import os
import onnxruntime as ort
from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceResponse
class OnnxRuntime(MLModel):
    async def load(self):
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = ort.InferenceSession(os.environ['MODEL'], options, providers=['CPUExecutionProvider'])
        return True
    async def predict(self, payload):
        x = self.decode(payload.inputs[0], default_codec=NumpyCodec)
        p = self.session.run(None, {'x': x.astype('float32')})[0]
        return InferenceResponse(model_name=self.name, outputs=[NumpyCodec.encode_output('p', p)])
`;

/** MLServer at its best setting: no worker processes, scoring on its own event loop. */
export function mlServer(scratch: string, model: Uint8Array): ServingSide {
  const folder = join(scratch, 'mlserver');
  const start = async (): Promise<StartedServer> => {
    // The newest uvloop breaks the start of this version.
    const python = await pythonPeer('mlserver', ['mlserver==1.7.1', 'onnxruntime', 'numpy', 'uvloop<0.22']);
    const [http = 0, grpc = 0, metrics = 0] = await freePorts(3);
    mkdirSync(join(folder, 'models/x'), { recursive: true });
    writeFileSync(join(folder, 'model.onnx'), model);
    writeFileSync(join(folder, 'models/x/model.py'), mlModel);
    writeJson(join(folder, 'models/x/model-settings.json'), { name: 'x', implementation: 'model.OnnxRuntime' });
    const ports = { http_port: http, grpc_port: grpc, metrics_port: metrics };
    writeJson(join(folder, 'models/settings.json'), { debug: false, host: '127.0.0.1', ...ports, parallel_workers: 0 });
    const env = { ...process.env, MODEL: join(folder, 'model.onnx') };
    const child = () =>
      spawn(join(python, 'bin/mlserver'), ['start', '.'], { cwd: join(folder, 'models'), env, stdio: 'ignore' });
    return started(child, `http://127.0.0.1:${http}/v2/models/x/infer`, bodyOfPeer);
  };
  return { name: 'MLServer, parallel_workers=0', body: bodyOfPeer, start };
}

const fastApiApp = `
import os
import numpy as np, onnxruntime as ort
from fastapi import FastAPI
from pydantic import BaseModel
options = ort.SessionOptions()
options.intra_op_num_threads = 1
session = ort.InferenceSession(os.environ['MODEL'], options, providers=['CPUExecutionProvider'])
class Rows(BaseModel): rows: list[list[float]]
app = FastAPI()
@app.post('/predict')
async def predict(r: Rows): return {'p': session.run(None, {'x': np.asarray(r.rows, dtype=np.float32)})[0].ravel().tolist()}
`;

/** FastAPI, uvicorn and onnxruntime, written by hand: one process, scoring on the event loop. */
export function fastApi(scratch: string, model: Uint8Array): ServingSide {
  const folder = join(scratch, 'fastapi');
  const body = JSON.stringify({ rows: [commonRow] });
  const start = async (): Promise<StartedServer> => {
    const python = await pythonPeer('fastapi', ['fastapi', 'uvicorn[standard]', 'onnxruntime', 'numpy']);
    const [port = 0] = await freePorts(1);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'model.onnx'), model);
    writeFileSync(join(folder, 'app.py'), fastApiApp);
    const args = ['app:app', '--host', '127.0.0.1', '--port', String(port), '--workers', '1', '--no-access-log'];
    const env = { ...process.env, MODEL: join(folder, 'model.onnx') };
    const child = () => spawn(join(python, 'bin/uvicorn'), args, { cwd: folder, env, stdio: 'ignore' });
    return started(child, `http://127.0.0.1:${port}/predict`, body);
  };
  return { name: 'FastAPI and onnxruntime', body, start };
}

async function started(spawned: () => ChildProcess, url: string, body: string): Promise<StartedServer> {
  const began = performance.now();
  const child = spawned();
  const gone = once(child, 'exit');
  const coldSeconds = await firstAnswer(child, url, body, began);
  return {
    url,
    pid: child.pid ?? 0,
    coldSeconds,
    residentMb: () => residentKb(child.pid ?? 0) / 1_024,
    async close() {
      child.kill();
      await gone;
    },
  };
}

async function firstAnswer(child: ChildProcess, url: string, body: string, began: number): Promise<number> {
  const headers = { 'content-type': 'application/json' };
  while (performance.now() - began < 60_000 && child.exitCode === null) {
    const answer = await fetch(url, { method: 'POST', body, headers }).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.status === 200) return (performance.now() - began) / 1_000;
    await pause(10);
  }
  child.kill();
  throw new Error(`no good answer from ${url} within a minute; the process ended with ${child.exitCode}`);
}

/** Of a process and those that it started, from Linux's own books. */
function residentKb(pid: number): number {
  const own = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  return children.reduce((sum, child) => sum + residentKb(Number(child)), own);
}

function writeJson(file: string, value: unknown): void {
  writeFileSync(file, JSON.stringify(value));
}

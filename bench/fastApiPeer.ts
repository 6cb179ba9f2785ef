import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../workers/freePort.ts';
import { whenAnswering } from './httpLoad.ts';
import { pythonPeer } from './pythonPeer.ts';

export interface Peer {
  readonly url: string;
  close(): Promise<void>;
}

/** What people write by hand: FastAPI, uvicorn and onnxruntime, one process, scoring on the event loop (its fastest way). */
const app = `
import os
from datetime import datetime
import numpy as np, onnxruntime as ort
from fastapi import FastAPI
from pydantic import BaseModel
options = ort.SessionOptions()
options.intra_op_num_threads = 1
session = ort.InferenceSession(os.environ['MODEL'], options, providers=['CPUExecutionProvider'])
threshold = float(os.environ['THRESHOLD'])
class Row(BaseModel):
    date: datetime
    destination: str
    distance: int
    origin: str
app = FastAPI()
@app.get('/ready')
async def ready(): return {'ready': True}
@app.post('/predict')
async def predict(row: Row):
    score = float(session.run(None, {
        'date': np.array([round(row.date.timestamp() * 1000)], dtype=np.int64),
        'destination': np.array([row.destination], dtype=object),
        'distance': np.array([row.distance], dtype=np.int64),
        'origin': np.array([row.origin], dtype=object)})[0].ravel()[0])
    return {'answer': 'late' if score >= threshold else 'on time', 'score': score}
`;

/** Starts the peer on the bytes of a model.onnx of the flights, in a scratch folder. */
export async function startFastApi(scratch: string, model: Uint8Array, threshold: number): Promise<Peer> {
  const folder = await pythonPeer('fastapi', ['fastapi', 'uvicorn[standard]', 'onnxruntime', 'numpy']);
  const [port, file] = [await freePort(), join(scratch, 'peer.onnx')];
  await writeFile(file, model);
  await writeFile(join(scratch, 'peer.py'), app);
  const args = ['peer:app', '--host', '127.0.0.1', '--port', String(port), '--workers', '1', '--no-access-log'];
  const env = { ...process.env, MODEL: file, THRESHOLD: String(threshold) };
  const child = spawn(join(folder, 'bin', 'uvicorn'), args, { cwd: scratch, env, stdio: 'ignore' });
  const gone = once(child, 'exit');
  const url = `http://127.0.0.1:${port}`;
  await whenAnswering(`${url}/ready`);
  return {
    url: `${url}/predict`,
    async close() {
      child.kill();
      await gone;
    },
  };
}

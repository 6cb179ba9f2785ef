import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { WhetError } from '../../core/errors.ts';
import { checkRegisterInput } from '../../core/registerInput.ts';
import { putObject } from '../../storage/objects.ts';
import { withEngine } from '../../workers/engine.ts';
import { registerNow } from '../../workers/registerNow.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { exitCodeOf } from '../failed.ts';
import { printJson, report } from '../output.ts';
import { showRun } from '../showRun.ts';

interface RegisterOptions extends JsonOption {
  readonly run?: string;
}

/** Makes an ONNX model a candidate and shows what came of it; ends with the code of a model that was refused. */
export async function register(pipeline: string, file: string, { run, json }: RegisterOptions): Promise<void> {
  const workplace = openWorkplace();
  const { store } = workplace;
  const model = await putObject(store, await bytesOf(file));
  const input = checkRegisterInput({ pipeline, model, file: basename(file), ...(run === undefined ? {} : { run }) });
  const engine = { workplace, roles: ['pipeline'] as const, port: 0, uiPort: 0, report, onLine: report };
  const record = await withEngine(engine, (client) => registerNow({ client, store, input, report }));
  if (json) printJson(record);
  else await showRun(store, record);
  if (record.status === 'rejected') process.exitCode = exitCodeOf(record.error?.code);
}

async function bytesOf(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    const came = error instanceof Error ? error.message : String(error);
    throw new WhetError('input.invalid', { expected: 'an ONNX file that can be read', came }, error);
  }
}

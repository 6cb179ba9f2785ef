import { WhetError } from './errors.ts';

/** What `register` takes, from the command or the Web UI: a model of one's own, as a candidate for a pipeline. */
export interface RegisterInput {
  readonly pipeline: string;
  /** `objects/<sha256>` of the ONNX model: its SHA-256. */
  readonly model: string;
  /** The name of its file, for people. */
  readonly file: string;
  /** The run whose matrix it was trained on, such as `flight-delays/2001-03-15T12/1`; the pipeline's last when left out. */
  readonly run?: string;
}

const example =
  'Send for example {"pipeline": "flight-delays", "model": "<SHA-256 of an object>", "file": "model.onnx"}, or type: whet register flight-delays model.onnx';

/** Checks what a person or a program sent. Throws `input.invalid`. */
export function checkRegisterInput(input: unknown): RegisterInput {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) throw refused('an object', input);
  const { pipeline, model, file, run, ...others } = input as Record<string, unknown>;
  const extra = Object.keys(others)[0];
  if (extra !== undefined) throw refused("the fields 'pipeline', 'model', 'file' and 'run'", extra);
  if (typeof pipeline !== 'string' || pipeline === '') throw refused("the pipeline's id in 'pipeline'", pipeline);
  if (typeof model !== 'string' || !/^[0-9a-f]{64}$/.test(model)) throw refused("a SHA-256 in 'model'", model);
  if (typeof file !== 'string' || file === '') throw refused("the file's name in 'file'", file);
  if (run !== undefined && typeof run !== 'string') throw refused("a run as text in 'run'", run);
  return { pipeline, model, file, ...(run === undefined ? {} : { run }) };
}

function refused(expected: string, came: unknown): WhetError {
  return new WhetError('input.invalid', { expected, came: JSON.stringify(came) ?? 'nothing', todo: example });
}

import type { Answered } from './answerRequest.ts';
import type { InferRequest } from './parseInfer.ts';
import type { AskedOutput, OutputName } from './parseOutputs.ts';

/** The answer of the Open Inference Protocol v2, as REST and gRPC both give it. */
export interface InferReply {
  readonly modelName: string;
  readonly modelVersion: string;
  /** The caller's own, or the request's. */
  readonly id: string;
  /** Who answered, and why; the protocol has no other values here. */
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  readonly outputs: readonly OutputTensor[];
}

export interface OutputTensor {
  readonly name: OutputName;
  readonly datatype: 'FP32' | 'BYTES';
  readonly shape: readonly number[];
  readonly values: readonly number[] | readonly string[];
  /** Whether the caller wants it as raw bytes. */
  readonly binary: boolean;
}

export function inferReply(answered: Answered<InferRequest>): InferReply {
  const { pipeline, answering, requestId, asked, scores, reason } = answered;
  const { version, digest } = answering.loaded.routed;
  const { epoch, variant } = answering;
  const { threshold } = answering.loaded.package;
  return {
    modelName: pipeline,
    modelVersion: String(version),
    id: asked.id ?? requestId,
    parameters: { variant, reason, version, digest, epoch, threshold, requestId },
    outputs: asked.outputs.map((output) => outputTensor(output, answered, scores)),
  };
}

function outputTensor(
  { name, binary }: AskedOutput,
  { answering }: Answered<InferRequest>,
  scores: Float32Array,
): OutputTensor {
  const shape = [scores.length];
  if (name === 'score') return { name, datatype: 'FP32', shape, values: Array.from(scores), binary };
  const { threshold, answer } = answering.loaded.package;
  const values = Array.from(scores, (score) => (score >= threshold ? answer.positive : answer.negative));
  return { name, datatype: 'BYTES', shape, values, binary };
}

/** An output's values as raw bytes, little-endian, each text after its length as 4 bytes. */
export function rawOutput({ values }: OutputTensor): Buffer {
  const parts = values.map((value) => (typeof value === 'number' ? rawFloat(value) : rawText(value)));
  return Buffer.concat(parts);
}

function rawFloat(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeFloatLE(value);
  return bytes;
}

function rawText(text: string): Buffer {
  const bytes = Buffer.allocUnsafe(4 + Buffer.byteLength(text));
  bytes.writeUInt32LE(bytes.length - 4);
  bytes.write(text, 4);
  return bytes;
}

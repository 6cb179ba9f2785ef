import type { MetadataOf } from '../core/chooseVariant.ts';
import { WhetError } from '../core/errors.ts';
import { bodyMetadata } from './bodyMetadata.ts';
import { shown } from './columnReader.ts';
import { callerId, parseJson } from './parseBody.ts';
import { type AskedOutput, flagOf, parametersOf, parseOutputs, refuseExtensions } from './parseOutputs.ts';
import { isObject, type RawRows } from './parseRows.ts';
import { parseTensors } from './parseTensors.ts';
import type { RowShape } from './rowShape.ts';
import type { Tensor } from './tensor.ts';

/** What `POST /v2/models/<pipeline>/infer` carries. */
export interface InferRequest {
  readonly id: string | undefined;
  readonly rows: RawRows;
  /** The outputs to give, in the order asked for. */
  readonly outputs: readonly AskedOutput[];
  /** What the parameters say. */
  readonly metadata?: MetadataOf;
}

export interface InferHeaders {
  /** The caller's own id, where the body has none. */
  readonly id: unknown;
  /** `Inference-Header-Content-Length`: bytes of JSON, after which raw tensors follow. */
  readonly jsonBytes: unknown;
  readonly encoding: unknown;
}

/**
 * Reads a body of JSON, or of JSON followed by raw tensors (the binary tensor data extension). Throws the errors of rows, `request.invalid`,
 * `request.too-large`, `request.unsupported`; the input is named.
 */
export function parseInfer(shape: RowShape, body: unknown, headers: InferHeaders, maxRows: number): InferRequest {
  refuseEncoding(headers.encoding);
  const { json, raw } = parted(shape, body, headers.jsonBytes);
  const value = parseJson(json, shape.tensorAdvice);
  if (!isObject(value) || !Array.isArray(value.inputs)) {
    throw invalid(shape, 'an object with "inputs"', shown(value));
  }
  const parameters = parametersOf(shape, value.parameters, 'the request');
  refuseExtensions(parameters, 'the request');
  const outputs = parseOutputs(shape, value.outputs, flagOf(shape, parameters, 'binary_data_output') ?? false);
  const rows = parseTensors(shape, tensorsOf(shape, value.inputs, raw), maxRows);
  return { id: callerId(value.id ?? headers.id), rows, outputs, metadata: bodyMetadata(parameters) };
}

function refuseEncoding(encoding: unknown): void {
  if (encoding === undefined || encoding === 'identity') return;
  const todo = 'Send the body as it is, without a Content-Encoding.';
  throw new WhetError('request.unsupported', { expected: 'a body as it is', came: shown(encoding), todo });
}

interface Parted {
  readonly json: unknown;
  /** Undefined where the header did not say that there are any. */
  readonly raw: Buffer | undefined;
}

function parted(shape: RowShape, body: unknown, jsonBytes: unknown): Parted {
  if (jsonBytes === undefined || !Buffer.isBuffer(body)) return { json: body, raw: undefined };
  const length = typeof jsonBytes === 'string' && /^\d{1,15}$/.test(jsonBytes) ? Number(jsonBytes) : Number.NaN;
  if (length > 0 && length <= body.length) return { json: body.subarray(0, length), raw: body.subarray(length) };
  const expected = `the bytes of JSON, from 1 to the body's ${body.length}, in Inference-Header-Content-Length`;
  throw invalid(shape, expected, shown(jsonBytes));
}

/** Raw tensors follow the JSON in the order of the inputs that have a `binary_data_size`, to the last byte. */
function tensorsOf(shape: RowShape, inputs: readonly unknown[], raw: Buffer | undefined): Tensor[] {
  let at = 0;
  const tensors = inputs.map((input) => {
    const { tensor, rawBytes } = tensorOf(shape, input);
    if (rawBytes === undefined) return tensor;
    if (raw === undefined || rawBytes > raw.length - at) throw tooFewBytes(shape, tensor.name, rawBytes, raw, at);
    at += rawBytes;
    return { ...tensor, data: raw.subarray(at - rawBytes, at) };
  });
  if (at === (raw?.length ?? 0)) return tensors;
  throw invalid(shape, `${at} bytes after the JSON, as each binary_data_size says`, `${raw?.length} bytes`);
}

function tooFewBytes(shape: RowShape, name: string, wanted: number, raw: Buffer | undefined, at: number): WhetError {
  const expected = `${wanted} bytes of '${name}' after the JSON, as its binary_data_size says`;
  if (raw !== undefined) return invalid(shape, expected, `${raw.length - at} bytes`);
  return invalid(
    shape,
    `${expected}, with the length of the JSON in Inference-Header-Content-Length`,
    'no such header',
  );
}

interface RestTensor {
  readonly tensor: Tensor;
  readonly rawBytes: number | undefined;
}

function tensorOf(shape: RowShape, input: unknown): RestTensor {
  if (!isObject(input) || typeof input.name !== 'string') {
    throw invalid(shape, 'inputs with a name, shape, datatype and data', shown(input));
  }
  const { name, shape: dims, datatype, data } = input;
  const tensor = { name, shape: dims, datatype, data };
  if (input.parameters === undefined) return { tensor, rawBytes: undefined };
  const parameters = parametersOf(shape, input.parameters, `the input '${name}'`);
  refuseExtensions(parameters, `the input '${name}'`);
  const { binary_data_size: rawBytes } = parameters;
  if (rawBytes === undefined) return { tensor, rawBytes };
  if (typeof rawBytes !== 'number' || !Number.isSafeInteger(rawBytes) || rawBytes < 0) {
    throw invalid(shape, `a whole number of bytes as binary_data_size of '${name}'`, shown(rawBytes));
  }
  if (data === undefined) return { tensor, rawBytes };
  throw invalid(shape, `'${name}' either in data or in raw bytes`, 'both');
}

function invalid(shape: RowShape, expected: string, came: string): WhetError {
  return new WhetError('request.invalid', { expected, came, todo: shape.tensorAdvice });
}

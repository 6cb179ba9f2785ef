import { isUtf8 } from 'node:buffer';
import { WhetError } from '../../core/errors.ts';
import { bodyMetadata } from '../bodyMetadata.ts';
import { type InferReply, type OutputTensor, rawOutput } from '../inferReply.ts';
import { callerId } from '../parseBody.ts';
import type { InferRequest } from '../parseInfer.ts';
import { parseOutputs, refuseExtensions } from '../parseOutputs.ts';
import { parseTensors } from '../parseTensors.ts';
import type { RowShape } from '../rowShape.ts';
import type { Tensor } from '../tensor.ts';
import type {
  GrpcInferRequest,
  GrpcInferResponse,
  GrpcParameter,
  GrpcParameters,
  GrpcTensor,
  TensorContents,
} from './grpcMessages.ts';

/** Reads a ModelInferRequest by the rules of REST, and throws its errors. `headerId` is the id where the message has none. */
export function parseGrpcInfer(
  shape: RowShape,
  request: GrpcInferRequest,
  headerId: unknown,
  maxRows: number,
): InferRequest {
  const parameters = plainParameters(request.parameters);
  refuseExtensions(parameters, 'the request');
  const raws = rawContents(request);
  const tensors = request.inputs.map((input, at) => tensorOf(input, raws?.[at]));
  const wanted = request.outputs.map(({ name, parameters }) => ({ name, parameters: plainParameters(parameters) }));
  // All outputs come as the inputs did: the message holds raw bytes for each of them or for none.
  const outputs = parseOutputs(shape, wanted, false).map(({ name }) => ({ name, binary: raws !== undefined }));
  const id = callerId(request.id === '' ? headerId : request.id);
  return { id, rows: parseTensors(shape, tensors, maxRows), outputs, metadata: bodyMetadata(parameters) };
}

/** Undefined where the values stand in the inputs themselves. */
function rawContents({ inputs, raw_input_contents: raws }: GrpcInferRequest): readonly Buffer[] | undefined {
  if (raws.length === 0) return undefined;
  if (raws.length !== inputs.length) {
    throw invalid(`raw_input_contents for each of the ${inputs.length} inputs, or for none`, `${raws.length}`);
  }
  const filled = inputs.find(({ contents }) => filledFields(contents).length > 0);
  if (filled === undefined) return raws;
  throw invalid(`'${filled.name}' either in contents or in raw_input_contents`, 'both');
}

function tensorOf({ name, datatype, shape, parameters, contents }: GrpcTensor, raw: Buffer | undefined): Tensor {
  refuseExtensions(plainParameters(parameters), `the input '${name}'`);
  return { name, datatype, shape: shape.map(Number), data: raw ?? typedValues(name, datatype, contents) };
}

/** The field of InferTensorContents that a datatype's values stand in. */
const fieldOf: Readonly<Record<string, keyof TensorContents>> = {
  BOOL: 'bool_contents',
  INT8: 'int_contents',
  INT16: 'int_contents',
  INT32: 'int_contents',
  INT64: 'int64_contents',
  UINT8: 'uint_contents',
  UINT16: 'uint_contents',
  UINT32: 'uint_contents',
  UINT64: 'uint64_contents',
  FP32: 'fp32_contents',
  FP64: 'fp64_contents',
  BYTES: 'bytes_contents',
};

function typedValues(name: string, datatype: string, contents: Partial<TensorContents> | null): unknown[] {
  const field = Object.hasOwn(fieldOf, datatype) ? fieldOf[datatype] : undefined;
  const strange = filledFields(contents).find((each) => each !== field);
  if (strange !== undefined) {
    throw invalid(`values of '${name}' in ${field ?? 'raw_input_contents'}, for ${datatype || 'no datatype'}`, strange);
  }
  const values: readonly unknown[] = (field && contents?.[field]) ?? [];
  return values.map((value, row) => (Buffer.isBuffer(value) ? textOf(name, value, row) : value));
}

function filledFields(contents: Partial<TensorContents> | null): (keyof TensorContents)[] {
  const fields = new Set(Object.values(fieldOf));
  return [...fields].filter((field) => (contents?.[field]?.length ?? 0) > 0);
}

function textOf(name: string, bytes: Buffer, row: number): string {
  if (isUtf8(bytes)) return bytes.toString();
  throw invalid(`text in UTF-8 in the input '${name}'`, `other bytes in row ${row}`);
}

function plainParameters(parameters: GrpcParameters): Record<string, unknown> {
  return Object.fromEntries(Object.entries(parameters).map(([name, parameter]) => [name, plain(parameter)]));
}

function plain({ parameter_choice: choice, ...values }: GrpcParameter): unknown {
  const value = choice && values[choice];
  return choice === 'int64_param' || choice === 'uint64_param' ? Number(value) : value;
}

/** The answer as a ModelInferResponse: raw bytes where the request came with them. */
export function grpcInferResponse({ modelName, modelVersion, id, parameters, outputs }: InferReply): GrpcInferResponse {
  return {
    model_name: modelName,
    model_version: modelVersion,
    id,
    parameters: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, parameterOf(value)])),
    outputs: outputs.map((output) => {
      const { name, datatype, shape } = output;
      return output.binary ? { name, datatype, shape } : { name, datatype, shape, contents: contentsOf(output) };
    }),
    raw_output_contents: outputs.filter(({ binary }) => binary).map(rawOutput),
  };
}

function contentsOf({ values }: OutputTensor): Partial<TensorContents> {
  const [floats, texts]: [number[], Buffer[]] = [[], []];
  for (const value of values) {
    if (typeof value === 'number') floats.push(value);
    else texts.push(Buffer.from(value));
  }
  return floats.length > 0 ? { fp32_contents: floats } : { bytes_contents: texts };
}

function parameterOf(value: string | number | boolean): GrpcParameter {
  if (typeof value === 'boolean') return { bool_param: value };
  if (typeof value === 'string') return { string_param: value };
  return Number.isSafeInteger(value) ? { int64_param: value } : { double_param: value };
}

function invalid(expected: string, came: string): WhetError {
  return new WhetError('request.invalid', { expected, came });
}

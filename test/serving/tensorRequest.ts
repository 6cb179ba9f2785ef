import { pipeline } from './fixture.ts';

export const noon = Date.parse('2001-03-15T12:00:00Z');

/** A tensor with its raw bytes instead of data. */
export interface RawInput {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly raw: Buffer;
}

export function rawInput(name: string, datatype: string, values: readonly (number | string | bigint)[]): RawInput {
  return { name, datatype, shape: [values.length], raw: Buffer.concat(values.map((value) => rawOf(datatype, value))) };
}

/** The good row as raw tensors. */
export function rawInputs(): RawInput[] {
  return [
    rawInput('date', 'INT64', [BigInt(noon)]),
    rawInput('destination', 'BYTES', ['JFK']),
    rawInput('distance', 'INT32', [733]),
    rawInput('origin', 'BYTES', ['ORD']),
  ];
}

/** A body of JSON and the raw tensors after it, and the header that goes with it. */
export function binaryBody(inputs: readonly RawInput[], more: object = {}): { body: Buffer; jsonBytes: number } {
  const described = inputs.map(({ raw, ...input }) => ({ ...input, parameters: { binary_data_size: raw.length } }));
  const json = Buffer.from(JSON.stringify({ inputs: described, ...more }));
  return { body: Buffer.concat([json, ...inputs.map(({ raw }) => raw)]), jsonBytes: json.length };
}

export interface BinaryReply {
  readonly status: number;
  readonly json: {
    readonly error: string;
    readonly model_version: string;
    readonly outputs: readonly { name: string; parameters?: { binary_data_size: number }; data?: unknown[] }[];
  };
  /** What follows the JSON. */
  readonly raw: Buffer;
}

export async function postBinary(url: string, body: Buffer, jsonBytes: number | string): Promise<BinaryReply> {
  const headers = { 'inference-header-content-length': String(jsonBytes) };
  const target = `${url}/v2/models/${pipeline}/infer`;
  const response = await fetch(target, { method: 'POST', headers, body: new Uint8Array(body) });
  const bytes = Buffer.from(await response.arrayBuffer());
  const length = Number(response.headers.get('inference-header-content-length') ?? bytes.length);
  return {
    status: response.status,
    json: JSON.parse(bytes.subarray(0, length).toString()),
    raw: bytes.subarray(length),
  };
}

function rawOf(datatype: string, value: number | string | bigint): Buffer {
  if (datatype === 'BYTES') {
    const text = Buffer.from(String(value));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(text.length);
    return Buffer.concat([length, text]);
  }
  const [size, write] = writers[datatype] ?? [0, () => {}];
  const bytes = new DataView(new ArrayBuffer(size));
  write(bytes, value);
  return Buffer.from(bytes.buffer);
}

type Write = (bytes: DataView, value: number | string | bigint) => void;

/** Bytes of a value, and how they are written. */
const writers: Record<string, readonly [number, Write]> = {
  BOOL: [1, (bytes, value) => bytes.setUint8(0, Number(value))],
  INT8: [1, (bytes, value) => bytes.setInt8(0, Number(value))],
  INT16: [2, (bytes, value) => bytes.setInt16(0, Number(value), true)],
  INT32: [4, (bytes, value) => bytes.setInt32(0, Number(value), true)],
  INT64: [8, (bytes, value) => bytes.setBigInt64(0, BigInt(value), true)],
  UINT8: [1, (bytes, value) => bytes.setUint8(0, Number(value))],
  UINT16: [2, (bytes, value) => bytes.setUint16(0, Number(value), true)],
  UINT32: [4, (bytes, value) => bytes.setUint32(0, Number(value), true)],
  UINT64: [8, (bytes, value) => bytes.setBigUint64(0, BigInt(value), true)],
  FP16: [2, (bytes, value) => bytes.setUint16(0, Number(value), true)],
  FP32: [4, (bytes, value) => bytes.setFloat32(0, Number(value), true)],
  FP64: [8, (bytes, value) => bytes.setFloat64(0, Number(value), true)],
};

import protobuf from 'protobufjs/minimal.js';

/** One field of a protobuf message: writes its tag and value, or nothing where the value is left out. */
export type Field = (writer: protobuf.Writer) => void;

/** A message's bytes: its fields in the order given, which is the order of the wire. */
export function messageBytes(fields: readonly Field[]): Uint8Array {
  const writer = protobuf.Writer.create();
  for (const field of fields) field(writer);
  return writer.finish();
}

/** Whole numbers within 2^53 (int64, int32, enum). */
export function whole(field: number, value: number): Field {
  return (writer) => void writer.uint32(tag(field, 'varint')).int64(value);
}

export function float(field: number, value: number): Field {
  return (writer) => void writer.uint32(tag(field, 'fixed32')).float(value);
}

export function text(field: number, value: string): Field {
  return (writer) => void writer.uint32(tag(field, 'delimited')).string(value);
}

export function bytes(field: number, value: Uint8Array): Field {
  return (writer) => void writer.uint32(tag(field, 'delimited')).bytes(value);
}

export function message(field: number, fields: readonly Field[]): Field {
  return (writer) => {
    writer.uint32(tag(field, 'delimited')).fork();
    for (const inner of fields) inner(writer);
    writer.ldelim();
  };
}

/** One field per value: onnx.proto is proto2, where repeated numbers are not packed. */
export function repeated<T>(values: readonly T[], field: (value: T) => Field): Field {
  return (writer) => {
    for (const value of values) field(value)(writer);
  };
}

const wireTypes = { varint: 0, delimited: 2, fixed32: 5 };

function tag(field: number, wire: keyof typeof wireTypes): number {
  return (field << 3) | wireTypes[wire];
}

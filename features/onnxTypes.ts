/** `TensorProto.DataType` of onnx.proto. */
export const onnxFloat = 1;
export const onnxInt64 = 7;
export const onnxDouble = 11;

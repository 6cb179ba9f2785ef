/** A tensor of TensorFlow's. */
export type Handle = number;

/**
 * TensorFlow's operations, called by name without TensorFlow.js between: its bookkeeping around a small operation takes
 * longer than the operation.
 */
export interface Operations {
  /** Over the very memory of `values`, which may be filled anew only after `release`. */
  tensor(shape: readonly number[], values: Float32Array): Handle;
  run(name: string, ...inputs: readonly Handle[]): Handle;
  /** a · b of two matrices, or of each pair of a stack of them; a or b transposed where that is asked for. */
  product(a: Handle, b: Handle, transposed?: 'a' | 'b'): Handle;
  reshape(tensor: Handle, shape: readonly number[]): Handle;
  /** A copy. */
  read(tensor: Handle): Float32Array;
  /** Deletes all tensors that have been made. */
  release(): void;
}

/** What tfjs-node has of TensorFlow's C interface. */
export interface Binding {
  readonly TF_Version: string;
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_BOOL: number;
  createTensor(shape: readonly number[], type: number, values: Float32Array | Int32Array): Handle;
  executeOp(name: string, attributes: readonly object[], inputs: readonly Handle[], outputs: number): [{ id: Handle }];
  tensorDataSync(tensor: Handle): Float32Array;
  deleteTensor(tensor: Handle): void;
}

export function operationsOf(binding: Binding): Operations {
  const made: Handle[] = [];
  const kept = (tensor: Handle): Handle => {
    made.push(tensor);
    return tensor;
  };
  const execute = (name: string, attributes: readonly object[], inputs: readonly Handle[]): Handle =>
    kept(binding.executeOp(name, attributes, inputs, 1)[0].id);
  const typed = (name: string, type: number) => ({ name, type: binding.TF_ATTR_TYPE, value: type });
  const flag = (name: string, value: boolean) => ({ name, type: binding.TF_ATTR_BOOL, value });
  const float = typed('T', binding.TF_FLOAT);
  const productOf = (a: boolean, b: boolean) => [float, flag('adj_x', a), flag('adj_y', b)];
  const products = { a: productOf(true, false), b: productOf(false, true), neither: productOf(false, false) };
  const plain = [float];
  const shaped = [float, typed('Tshape', binding.TF_INT32)];
  return {
    tensor: (shape, values) => kept(binding.createTensor(shape, binding.TF_FLOAT, values)),
    run: (name, ...inputs) => execute(name, plain, inputs),
    product: (a, b, transposed = undefined) => execute('BatchMatMulV2', products[transposed ?? 'neither'], [a, b]),
    reshape: (tensor, shape) => {
      const wanted = kept(binding.createTensor([shape.length], binding.TF_INT32, Int32Array.from(shape)));
      return execute('Reshape', shaped, [tensor, wanted]);
    },
    read: (tensor) => binding.tensorDataSync(tensor),
    release: () => {
      for (const tensor of made.splice(0)) binding.deleteTensor(tensor);
    },
  };
}

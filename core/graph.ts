/** An ONNX graph as plain data, in the order in which it is written. `models/onnx/` turns it into bytes. */
export interface Graph {
  readonly name: string;
  readonly inputs: readonly GraphTensor[];
  readonly outputs: readonly GraphTensor[];
  readonly nodes: readonly GraphNode[];
  readonly initializers: readonly Initializer[];
}

export type TensorType = 'float' | 'double' | 'int64' | 'string' | 'bool';

export interface GraphTensor {
  readonly name: string;
  readonly type: TensorType;
  /** `rows` is the dynamic first dimension. */
  readonly dims: readonly ('rows' | number)[];
}

export interface GraphNode {
  readonly op: string;
  /** Left out for the standard operators. */
  readonly domain?: 'ai.onnx.ml';
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

export type Attribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly ints: readonly number[] }
  | { readonly floats: readonly number[] }
  | { readonly string: string }
  | { readonly strings: readonly string[] };

/** Constant values: int64 as whole JavaScript numbers or BigInt. */
export type Initializer = { readonly name: string; readonly dims: readonly number[] } & (
  | { readonly type: 'float'; readonly values: Float32Array }
  | { readonly type: 'double'; readonly values: Float64Array }
  | { readonly type: 'int64'; readonly values: BigInt64Array }
);

/** Some nodes with their constants, and the tensor they end in. Names inside begin with the part's own name. */
export interface GraphPart {
  readonly nodes: readonly GraphNode[];
  readonly initializers: readonly Initializer[];
  readonly output: string;
}

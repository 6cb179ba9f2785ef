/** Messages of `openInference.proto` as they come: whole numbers of 64 bits as decimal text, what is left out as empty. */
export interface NamedModel {
  readonly name: string;
  /** A number or an alias; empty: as the routing says. */
  readonly version: string;
}

export interface GrpcInferRequest {
  readonly model_name: string;
  readonly model_version: string;
  readonly id: string;
  readonly parameters: GrpcParameters;
  readonly inputs: readonly GrpcTensor[];
  readonly outputs: readonly { readonly name: string; readonly parameters: GrpcParameters }[];
  readonly raw_input_contents: readonly Buffer[];
}

export interface GrpcTensor {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly string[];
  readonly parameters: GrpcParameters;
  readonly contents: Partial<TensorContents> | null;
}

export interface TensorContents {
  readonly bool_contents: readonly boolean[];
  readonly int_contents: readonly number[];
  readonly int64_contents: readonly string[];
  readonly uint_contents: readonly number[];
  readonly uint64_contents: readonly string[];
  readonly fp32_contents: readonly number[];
  readonly fp64_contents: readonly number[];
  readonly bytes_contents: readonly Buffer[];
}

export type GrpcParameters = Readonly<Record<string, GrpcParameter>>;

/** One of these; `parameter_choice` names it in what comes. */
export interface GrpcParameter {
  readonly parameter_choice?: Exclude<keyof GrpcParameter, 'parameter_choice'>;
  readonly bool_param?: boolean;
  readonly int64_param?: number | string;
  readonly string_param?: string;
  readonly double_param?: number;
  readonly uint64_param?: string;
}

export interface GrpcInferResponse {
  readonly model_name: string;
  readonly model_version: string;
  readonly id: string;
  readonly parameters: GrpcParameters;
  readonly outputs: readonly {
    readonly name: string;
    readonly datatype: string;
    readonly shape: readonly number[];
    readonly contents?: Partial<TensorContents>;
  }[];
  readonly raw_output_contents: readonly Buffer[];
}

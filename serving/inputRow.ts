/** Any pipeline as the compiler sees it: `typeof flightDelays`. */
export interface PipelineTypes {
  readonly id: string;
  readonly __types?: { readonly input: Record<string, unknown> };
}

/**
 * A row as a model of the pipeline takes it: the columns that its features read, each in its own type. Dates are also
 * taken as ISO text and as milliseconds UTC, whole numbers also as decimal text, where they are beyond 2^53.
 */
export type InputRow<P extends PipelineTypes> = {
  readonly [Name in keyof InputOf<P>]: InputValue<InputOf<P>[Name]>;
};

/** Where no pipeline is named, every row is taken, and checked when it comes. */
type InputOf<P extends PipelineTypes> = NonNullable<P['__types']>['input'];

type InputValue<V> = V extends Date ? Date | string | number : V extends number ? number | string : V;

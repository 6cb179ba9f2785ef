import { invalid } from './invalid.ts';

/** Data that comes with the engine, by name. */
export interface Sample {
  readonly sample: string;
}

/** Sample data in place of a path: `parquet(sample('flights-3m'))`. */
export function sample(name: string): Sample {
  if (typeof name !== 'string' || !/^[a-z][a-z0-9-]*$/.test(name)) {
    throw invalid('sample(…)', "the name of sample data, such as 'flights-3m'", name);
  }
  return { sample: name };
}

import type { SourcePlan } from '../core/contractPlan.ts';
import { invalid } from './invalid.ts';
import type { Sample } from './sample.ts';

export interface SourceOptions {
  /** The grain in which rows are validated, frozen and renewed. */
  readonly partition: 'hour';
}

/** A source of rows: files of one kind, at a path or among the sample data. */
export function source(kind: SourcePlan['kind'], at: string | Sample, options: SourceOptions): SourcePlan {
  if (options.partition !== 'hour') throw invalid(`${kind}(…).partition`, "'hour'", options.partition);
  if (typeof at !== 'string') return { kind, at: { sample: at.sample }, partition: 'hour' };
  if (at.trim() === '') throw invalid(`${kind}(…)`, "a path, such as 'data/orders.parquet', or sample(…)", at);
  return { kind, at: { path: at }, partition: 'hour' };
}

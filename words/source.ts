import type { SourcePlan } from '../core/contractPlan.ts';
import { invalid } from './invalid.ts';
import type { Sample } from './sample.ts';

export interface SourceOptions {
  /**
   * The grain in which rows are validated, frozen and renewed is the hour: that of the event time (`'hour'`), or the one
   * that the file's path names (`'path'`: `dt=2001-03-15/hour=12/x.csv`).
   */
  readonly partition: 'hour' | 'path';
}

/** A source of rows: files of one kind, at a path or among the sample data. */
export function source(kind: SourcePlan['kind'], at: string | Sample, options: SourceOptions): SourcePlan {
  const { partition } = options;
  if (partition !== 'hour' && partition !== 'path')
    throw invalid(`${kind}(…).partition`, "'hour' or 'path'", partition);
  if (typeof at !== 'string') return { kind, at: { sample: at.sample }, partition };
  if (at.trim() === '') throw invalid(`${kind}(…)`, "a path, such as 'data/orders.parquet', or sample(…)", at);
  return { kind, at: { path: at }, partition };
}

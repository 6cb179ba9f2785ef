import type { Answered, AskedRows } from './answerRequest.ts';

/** Who answered a request, as the access log and traces tell it. */
export interface AnsweredBy {
  readonly pipeline: string;
  readonly version: number;
  readonly variant: string;
  readonly epoch: number;
}

export function answeredBy({ pipeline, answering }: Answered<AskedRows>): AnsweredBy {
  const { loaded, variant, epoch } = answering;
  return { pipeline, version: loaded.routed.version, variant, epoch };
}

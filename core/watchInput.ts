import { WhetError } from './errors.ts';
import { checkRetrainInput, type Replay } from './retrainInput.ts';

/** What `watch` takes, from a schedule, the command or the Web UI: `{ "pipeline": "flight-delays" }`. */
export interface WatchInput {
  readonly pipeline: string;
  /** For data of the past: what hour it is there. */
  readonly replay?: Replay;
}

/** Checks what a person or a program sent. Throws `input.invalid`. */
export function checkWatchInput(input: unknown): WatchInput {
  const { pipeline, replay, ...others } = checkRetrainInput(input);
  const extra = Object.keys(others)[0];
  if (extra === undefined) return { pipeline, ...(replay === undefined ? {} : { replay }) };
  const todo = 'Send for example {"pipeline": "flight-delays"}.';
  throw new WhetError('input.invalid', { expected: "the field 'pipeline' alone", came: `a field '${extra}'`, todo });
}

import type { Notice } from './alert.ts';
import { WhetError } from './errors.ts';

/** Checks a notice as it came, from a look or the Web UI. Throws `input.invalid`. */
export function checkNotice(input: unknown): Notice {
  const given: object = typeof input === 'object' && input !== null ? input : {};
  const { id, pipeline, receiver, entry } = given as Record<string, unknown>;
  const isWhole = [id, pipeline, receiver].every((text) => typeof text === 'string' && text !== '');
  if (isWhole && Number.isSafeInteger(entry) && Number(entry) > 0) return input as Notice;
  throw new WhetError('input.invalid', {
    expected: "a notice with 'id', 'pipeline', 'receiver' and the number of an 'entry' of the log of alerts",
    came: JSON.stringify(input) ?? 'nothing',
    todo: 'Notices come from looks; those that nobody was told of are given again by the next look.',
  });
}

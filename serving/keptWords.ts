import type { Answering } from './slots.ts';

/** What stands in all answers of a version in an epoch, made once for each. Of one pipeline alone: nothing answers for two. */
export function keptWords<Words>(
  make: (pipeline: string, answering: Answering) => Words,
): (pipeline: string, answering: Answering) => Words {
  const known = new WeakMap<Answering, Words>();
  return (pipeline, answering) => {
    const there = known.get(answering);
    if (there !== undefined) return there;
    const words = make(pipeline, answering);
    known.set(answering, words);
    return words;
  };
}

import { invalid } from './invalid.ts';

/** A training budget, in passes over the training rows: `2 epochs`, `1/9 epoch`. */
export type Epochs = `${number} ${'epoch' | 'epochs'}` | `${number}/${number} ${'epoch' | 'epochs'}`;

/** The number of epochs, from a text such as `1/9 epoch` or as it is. Throws `pipeline.invalid`, naming `place`. */
export function epochsOf(given: Epochs | number, place: string): number {
  const epochs = typeof given === 'number' ? given : numberOf(given);
  if (Number.isFinite(epochs) && epochs > 0) return epochs;
  throw invalid(place, "epochs above 0, such as '2 epochs' or '1/9 epoch'", given);
}

function numberOf(text: Epochs): number {
  const match = /^(\d+(?:\.\d+)?)(?:\/(\d+(?:\.\d+)?))? epochs?$/.exec(text);
  return match === null ? Number.NaN : Number(match[1]) / Number(match[2] ?? 1);
}

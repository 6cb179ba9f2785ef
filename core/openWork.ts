/**
 * Work that an activity found to be much: one activity for each batch of it, on whichever worker is free. Whoever opened
 * it is asked again when it is done.
 */
export interface OpenWork {
  readonly kind: 'files' | 'partitions' | 'inputs' | 'scores';
  /** `objects/<sha256>` of the list of batches. */
  readonly list: string;
  readonly batches: number;
  /** All of it for people, such as `4282 partitions`. */
  readonly text: string;
}

/** The answer of an activity that others are to work for first. */
export interface Opened {
  readonly open: OpenWork;
}

export function isOpened(answer: object): answer is Opened {
  return 'open' in answer;
}

import type { Fared } from '../core/faring.ts';
import type { RawRows } from './parseRows.ts';
import type { LoadedVersion } from './slots.ts';
import type { TallyCounter } from './tallyCounter.ts';
import type { Absence, Variant } from './variant.ts';

/** A variant during one epoch. */
export interface Seat {
  readonly variant: Variant;
  readonly tally: TallyCounter;
}

/** Why a request was not answered by the one that was asked first. */
export type Trouble = Absence | 'was late' | 'failed' | 'needs more time';

/** One that was asked to score one request; its fields are set as things come. */
export interface Asked {
  /** `champion` or the variant's name. */
  readonly name: string;
  readonly tally: TallyCounter;
  /** What scores; undefined where it was not asked. */
  readonly loaded: LoadedVersion | undefined;
  /** Ends when it has scored, failed, or its time is over. Never rejects. */
  readonly done: Promise<void>;
  /** Ends when it has scored or failed, however late. Never rejects. */
  readonly ended: Promise<void>;
  scores: Float32Array | undefined;
  /** How long the scores took. */
  ms: number;
  trouble: Trouble | undefined;
  error: unknown;
  /** It is waited for no more. */
  expire(): void;
  /** It had a fair time: that it is not there by now counts against it. */
  blame(): void;
}

/** Asks a variant to score rows; one that cannot be asked is counted as skipped. */
export function askVariant(seat: Seat, rows: RawRows): Asked {
  const { variant, tally } = seat;
  const trouble = variant.absence(rows.rows);
  if (trouble !== undefined) return notAsked(seat, trouble);
  return ask(variant.name, variant.loaded, tally, () => variant.score(rows), variant.fared);
}

/** One that was to score and is not even asked. */
export function notAsked({ variant: { name }, tally }: Seat, trouble: Trouble): Asked {
  tally.requested();
  tally.skipped();
  const [loaded, scores, error] = [undefined, undefined, undefined];
  return {
    name,
    tally,
    loaded,
    done: isDone,
    ended: isDone,
    scores,
    ms: 0,
    trouble,
    error,
    expire: nothing,
    blame: nothing,
  };
}

const isDone = Promise.resolve();
const nothing = (): void => {};

/** Counts what comes of it. Scores that come late are there all the same, with the trouble that they were late. */
export function ask(
  name: string,
  loaded: LoadedVersion | undefined,
  tally: TallyCounter,
  score: () => Promise<Float32Array>,
  fared: Variant['fared'] = nothing,
): Asked {
  tally.requested();
  const began = performance.now();
  const done = Promise.withResolvers<void>();
  let isOver = false;
  const over = (how: Fared): void => {
    if (!isOver) fared(how, performance.now());
    isOver = true;
  };
  const scored = (scores: Float32Array): void => {
    asked.scores = scores;
    asked.ms = performance.now() - began;
    tally.scored(asked.ms, scores);
    over('well');
    done.resolve();
  };
  const failed = (error: unknown): void => {
    asked.error = error;
    tally.failed();
    over('failed');
    asked.trouble ??= 'failed';
    done.resolve();
  };
  const asked: Asked = {
    name,
    tally,
    loaded,
    done: done.promise,
    ended: score().then(scored, failed),
    scores: undefined,
    ms: 0,
    trouble: undefined,
    error: undefined,
    expire() {
      if (asked.trouble !== undefined || asked.scores !== undefined) return;
      asked.trouble = 'was late';
      tally.late();
      done.resolve();
    },
    blame: () => over('late'),
  };
  return asked;
}

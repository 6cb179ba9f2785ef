import { WhetError } from '../core/errors.ts';
import { type Fared, openFaring, takenOutAt } from '../core/faring.ts';
import type { RoutedVersion } from '../core/routing.ts';
import { columnsOf } from './columnsOf.ts';
import type { RawRows } from './parseRows.ts';
import { requireScores } from './requireScores.ts';
import type { LoadedVersion } from './slots.ts';

/** One variant in this process: whether it can be asked, and how it fares over epochs. */
export interface Variant {
  readonly name: string;
  readonly routed: RoutedVersion;
  /** Scores in the serving thread, because the fallback names it; else in a thread of its own. */
  readonly here: boolean;
  /** Undefined until it is loaded, and from when it is refused. */
  readonly loaded: LoadedVersion | undefined;
  /** Why it cannot be loaded or was taken out; it stays so until the routing has another epoch. */
  readonly refusal: string | undefined;
  /** Why it cannot be asked now, in a few words; undefined where it can. */
  absence(rows: number): Absence | undefined;
  /** Scores of the columns that it takes. Throws what its scorer throws, and `model.no-score`. */
  score(rows: RawRows): Promise<Float32Array>;
  /** Told of each request that it was asked, and when that was known: `failed` and `late` past the limit take it out. */
  fared(how: Fared, atMs: number): void;
  /** Refuses it where it needs a column that the champion's callers do not send. */
  answersBeside(champion: LoadedVersion): void;
  /** Loads it again where that failed; one that was taken out stays out. */
  again(): void;
  /** Ends when it is loaded or refused. */
  readonly opened: Promise<void>;
  /** Lets go of it when its last score has come. */
  close(): Promise<void>;
}

export type Absence = 'is not ready' | 'was refused' | 'was taken out' | 'has too many waiting';

export interface VariantOptions {
  readonly name: string;
  readonly routed: RoutedVersion;
  readonly here: boolean;
  /** Loads it and holds it to what it must be. */
  readonly load: () => Promise<LoadedVersion>;
  /** Hears that it can be asked, or no more. */
  readonly changed: () => void;
  readonly report: (line: string) => void;
}

/** Requests and rows that may wait for one variant; a request of the most rows that there can be has room. */
const mostWaiting = { requests: 256, rows: 20_000 };

export function openVariant({ name, routed, here, load, changed, report }: VariantOptions): Variant {
  const waiting = { requests: 0, rows: 0 };
  const faring = openFaring();
  let loaded: LoadedVersion | undefined;
  let held: LoadedVersion | undefined;
  let [refusal, absent]: [string | undefined, Absence] = [undefined, 'is not ready'];
  let told: string | undefined;
  let [closed, again]: [Promise<void> | undefined, boolean] = [undefined, false];
  const freed = async (): Promise<void> => {
    loaded = undefined;
    await opened;
    await held?.scorer.release();
    held = undefined;
  };
  const failedToFree = (error: unknown): void => report(`${name} could not be released. ${String(error)}`);
  const close = (): Promise<void> => {
    closed ??= freed().catch(failedToFree);
    return closed;
  };
  const refuse = (error: unknown, how: Absence): void => {
    if (refusal !== undefined) return;
    [refusal, absent] = [error instanceof Error ? error.message : String(error), how];
    if (refusal !== told) report(`${name}, version ${routed.version}, is out. ${refusal}`);
    told = refusal;
    void close();
    changed();
  };
  const open = (): Promise<void> =>
    load().then(
      (found) => {
        held = found;
        if (closed === undefined) loaded = found;
        changed();
      },
      (error: unknown) => {
        again = true;
        refuse(error, 'was refused');
      },
    );
  let opened = open();
  return {
    name,
    routed,
    here,
    close,
    get opened() {
      return opened;
    },
    get loaded() {
      return loaded;
    },
    get refusal() {
      return refusal;
    },
    absence(rows) {
      if (loaded === undefined) return absent;
      const isFull = waiting.requests >= mostWaiting.requests || waiting.rows + rows > mostWaiting.rows;
      return isFull ? 'has too many waiting' : undefined;
    },
    async score(rows) {
      if (loaded === undefined) throw new WhetError('scorer.released', { expected: 'a variant', came: absent });
      waiting.requests += 1;
      waiting.rows += rows.rows;
      try {
        const scores = await loaded.scorer.score(columnsOf(loaded.shape, rows));
        return requireScores(scores, rows.rows, routed.version);
      } finally {
        waiting.requests -= 1;
        waiting.rows -= rows.rows;
      }
    },
    fared(how, atMs) {
      const { bad, isOut } = faring(how, atMs);
      if (!isOut || loaded === undefined) return;
      const came = `${bad} of its last ${takenOutAt.of} without, the last of which ${how === 'late' ? 'was late' : how}`;
      refuse(new WhetError('variant.taken-out', { expected: 'scores in time', came }), 'was taken out');
    },
    again() {
      if (!again) return;
      [refusal, absent, closed, again] = [undefined, 'is not ready', undefined, false];
      opened = open();
    },
    answersBeside(champion) {
      const missing = loaded && missingColumns(loaded, champion);
      if (missing !== undefined && missing.length > 0) refuse(needsColumns(missing), 'was refused');
    },
  };
}

/** Columns that rows read for the champion do not have, or have in another type, or may lack where the variant does not allow it. */
function missingColumns(variant: LoadedVersion, champion: LoadedVersion): string[] {
  return variant.package.inputs
    .filter(({ name, type, nullable }) => {
      const given = champion.shape.byName.get(name)?.column;
      return given === undefined || given.type !== type || (given.nullable && !nullable);
    })
    .map(({ name }) => name);
}

function needsColumns(missing: readonly string[]): WhetError {
  const names = missing.map((name) => `'${name}'`).join(', ');
  return new WhetError('variant.needs-column', {
    expected: 'no column but those of the champion, as it takes them',
    came: names,
  });
}

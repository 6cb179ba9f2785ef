import type { FeedbackLine } from '../../core/feedback.ts';
import { digestOf } from '../../storage/digest.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import type { PersonMatch } from './personMatch.ts';

/** Where a person's lines lie in the logs of predictions and of labels. */
export interface LinesOfPerson {
  readonly predictions: readonly LogFile[];
  readonly labels: readonly LogFile[];
}

/** A file of a log with lines of a person, and the file that stands in its place. */
export interface LogFile {
  readonly key: string;
  readonly pipeline: string;
  readonly rows: number;
  /** The other lines; null where there are none. */
  readonly rest: { readonly key: string; readonly bytes: Uint8Array } | null;
}

/**
 * The predictions of some pipelines' rows, and the labels that belong to one of these or that name the person in their row's
 * key: such a key may hold columns that no feature reads.
 */
export async function linesOfPerson(
  store: ObjectStore,
  { all, reading }: { readonly all: readonly string[]; readonly reading: readonly string[] },
  match: PersonMatch,
): Promise<LinesOfPerson> {
  const ids = new Set<string>();
  const isPredicted = ({ predictionId, row }: PredictionLine): boolean => {
    const isTheirs = match.inJson(row);
    if (isTheirs) ids.add(predictionId);
    return isTheirs;
  };
  const isLabel = ({ key }: FeedbackLine): boolean =>
    key.kind === 'row' ? match.inJson(key.columns) : ids.has(key.predictionId);
  const predictions = await filesOf(store, 'predictions', reading, isPredicted);
  return { predictions, labels: await filesOf(store, 'feedback', all, isLabel) };
}

interface PredictionLine {
  readonly predictionId: string;
  readonly row: Readonly<Record<string, unknown>>;
}

async function filesOf<Line>(
  store: ObjectStore,
  log: string,
  pipelines: readonly string[],
  isTheirs: (line: Line) => boolean,
): Promise<LogFile[]> {
  const files: LogFile[] = [];
  for (const pipeline of pipelines) {
    for (const key of await store.list(`${log}/${pipeline}/`)) {
      const stored = await store.read(key);
      if (stored === undefined) continue;
      const lines = Buffer.from(stored.bytes)
        .toString()
        .split('\n')
        .filter((line) => line !== '');
      const others = lines.filter((line) => !isTheirs(JSON.parse(line) as Line));
      if (others.length === lines.length) continue;
      files.push({ key, pipeline, rows: lines.length - others.length, rest: restOf(key, others) });
    }
  }
  return files;
}

/** The name of a file tells the digest of its bytes. */
function restOf(key: string, lines: readonly string[]): LogFile['rest'] {
  if (lines.length === 0) return null;
  const bytes = Buffer.from(`${lines.join('\n')}\n`);
  return { key: key.replace(/\.sha256=[0-9a-f]{64}/, `.sha256=${digestOf(bytes)}`), bytes };
}

import { digestOf } from '../../storage/digest.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import type { PersonMatch } from './personMatch.ts';

/** A file of the prediction log with lines of a person, and the file that stands in its place. */
export interface PredictionFile {
  readonly key: string;
  readonly rows: number;
  /** The other lines; null where there are none. */
  readonly rest: { readonly key: string; readonly bytes: Uint8Array } | null;
}

/** The files of some pipelines' prediction logs that hold rows of a person. */
export async function predictionsOf(
  store: ObjectStore,
  pipelines: readonly string[],
  match: PersonMatch,
): Promise<PredictionFile[]> {
  const files: PredictionFile[] = [];
  for (const pipeline of pipelines) {
    for (const key of await store.list(`predictions/${pipeline}/`)) {
      const stored = await store.read(key);
      if (stored === undefined) continue;
      const lines = Buffer.from(stored.bytes)
        .toString()
        .split('\n')
        .filter((line) => line !== '');
      const others = lines.filter((line) => !isOfPerson(line, match));
      if (others.length === lines.length) continue;
      files.push({ key, rows: lines.length - others.length, rest: restOf(key, others) });
    }
  }
  return files;
}

function isOfPerson(line: string, match: PersonMatch): boolean {
  return match.inJson((JSON.parse(line) as { row: Record<string, unknown> }).row);
}

/** The name of a file tells the digest of its bytes. */
function restOf(key: string, lines: readonly string[]): PredictionFile['rest'] {
  if (lines.length === 0) return null;
  const bytes = Buffer.from(`${lines.join('\n')}\n`);
  return { key: key.replace(/\.sha256=[0-9a-f]{64}/, `.sha256=${digestOf(bytes)}`), bytes };
}

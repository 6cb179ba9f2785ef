import { join } from 'node:path';
import { hourMs, hourStart } from '../../core/time.ts';
import { type Database, sqlText } from '../../datasets/database.ts';
import { auc } from '../../models/metrics/auc.ts';
import { loadPackage } from '../../models/scorers/loadPackage.ts';
import { findVersion } from '../../registry/versions.ts';
import { localDisk } from '../../storage/localDisk.ts';

/** An hour's flights with the scores of some package. */
export interface Scored {
  readonly labels: Uint8Array;
  readonly scores: Float32Array;
}

/** The flights that left in each of these hours, scored by a version of a state folder. */
export async function scoredHours(
  database: Database,
  { folder, state }: { readonly folder: string; readonly state: string },
  version: string,
  hours: readonly string[],
): Promise<Scored[]> {
  const store = localDisk(join(state, 'store'));
  const source = join(folder, '.whet/sources/flights-3m.parquet');
  const { scorer } = await loadPackage(store, (await findVersion(store, 'flight-delays', version)).package);
  try {
    return await Promise.all(hours.map((hour) => scoredHour(database, source, scorer, hour)));
  } finally {
    await scorer.release();
  }
}

/** The AUC of all flights of some hours. */
export function pooled(hours: readonly Scored[]): number {
  const scores = Float32Array.from(hours.flatMap((hour) => [...hour.scores]));
  return auc.value(scores, Uint8Array.from(hours.flatMap((hour) => [...hour.labels])));
}

interface Flight {
  readonly date: number;
  readonly distance: number;
  readonly origin: string;
  readonly destination: string;
  readonly late: number;
}

type Scorer = Awaited<ReturnType<typeof loadPackage>>['scorer'];

async function scoredHour(database: Database, source: string, scorer: Scorer, hour: string): Promise<Scored> {
  const from = hourStart(hour);
  const flights = await database.rows<Flight>(
    `SELECT CAST(epoch_ms(date) AS DOUBLE) AS date, distance, origin, destination, CAST(delay > 15 AS INT) AS late
     FROM ${sqlText(source)}
     WHERE epoch_ms(date) >= ${from} AND epoch_ms(date) < ${from + hourMs} AND distance > 0 AND origin <> destination`,
  );
  const column = <Name extends keyof Flight>(name: Name): Flight[Name][] => flights.map((flight) => flight[name]);
  const columns = {
    ...{ date: column('date'), distance: column('distance') },
    ...{ origin: column('origin'), destination: column('destination') },
  };
  const scores = await scorer.score({ rows: flights.length, columns });
  return { labels: Uint8Array.from(column('late')), scores: Float32Array.from(scores) };
}

import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openDatabase, sqlFile } from '../../../datasets/database.ts';
import { openClient } from '../../../serving/client.ts';

/** A flight as it is asked about, and what it turned out to be. */
export interface PlayedFlight {
  /** Milliseconds UTC, in the replayed time. */
  readonly at: number;
  readonly distance: number;
  readonly origin: string;
  readonly destination: string;
  readonly late: boolean;
}

export interface Play {
  readonly asked: () => number;
  readonly labelled: () => number;
  /** Requests that no serving process answered. */
  readonly failed: () => number;
  stop(): Promise<void>;
}

export interface PlayOptions {
  readonly pipeline: string;
  readonly url: string;
  readonly flights: readonly PlayedFlight[];
  /** It is that time at `startedMs`, and each millisecond is so many. */
  readonly fromMs: number;
  readonly startedMs: number;
  readonly times: number;
}

const tickMs = 500;
const atOnce = 200;
/** As the soaks' pipelines have it; each label comes up to ten minutes later, in the replayed time. */
const settlesMs = (flight: PlayedFlight): number => flight.distance * 8_000 + 30 * 60_000;
const latestMs = 10 * 60_000;

/** The flights of some hours, in order. */
export async function flightsOf(folder: string, fromIso: string, toIso: string): Promise<PlayedFlight[]> {
  const file = join(import.meta.dirname, '../../../node_modules/vega-datasets/data/flights-3m.parquet');
  const database = await openDatabase({ threads: 1, memoryLimitMb: 512, temporaryFolder: join(folder, 'tmp') });
  try {
    return await database.rows<PlayedFlight>(
      `SELECT epoch_ms(CAST("date" AS TIMESTAMP))::DOUBLE AS "at", "distance"::DOUBLE AS "distance", "origin", "destination",
        "delay" > 15 AS "late" FROM read_parquet(${sqlFile(file)})
        WHERE "date" >= TIMESTAMP '${fromIso}' AND "date" < TIMESTAMP '${toIso}' AND "origin" <> "destination" ORDER BY "date"`,
    );
  } finally {
    database.close();
  }
}

/** Asks about each flight when it leaves, and tells its label some time after it has settled. */
export function playFlights({ pipeline, url, flights, fromMs, startedMs, times }: PlayOptions): Play {
  const client = openClient(pipeline, { addresses: [url], deadlineMs: 30_000, retries: 3 });
  const due: {
    readonly at: number;
    readonly predictionId: string;
    readonly label: boolean;
    readonly labelAt: number;
  }[] = [];
  const counts = { asked: 0, labelled: 0, failed: 0 };
  const ended = new AbortController();
  const ask = async (now: number): Promise<void> => {
    const rows = flights.slice(counts.asked, counts.asked + atOnce).filter(({ at }) => at <= now);
    if (rows.length === 0) return;
    counts.asked += rows.length;
    const body = rows.map(({ at, distance, origin, destination }) => ({ date: at, distance, origin, destination }));
    const { predictions } = await client.predict(body);
    rows.forEach((flight, index) => {
      const labelAt = flight.at + settlesMs(flight);
      const late = ((index * 7_919) % 1_000) / 1_000;
      const predictionId = predictions[index]?.predictionId ?? '';
      due.push({ at: labelAt + late * latestMs, predictionId, label: flight.late, labelAt });
    });
  };
  const tell = async (now: number): Promise<void> => {
    due.sort((a, b) => a.at - b.at);
    const back = due.splice(0, Math.min(atOnce * 4, due.findIndex(({ at }) => at > now) >>> 0));
    if (back.length === 0) return;
    await client.feedback(back.map(({ predictionId, label, labelAt }) => ({ predictionId, label, labelAt })));
    counts.labelled += back.length;
  };
  const playing = (async () => {
    while (!ended.signal.aborted) {
      const now = fromMs + (Date.now() - startedMs) * times;
      const done = await Promise.allSettled([ask(now), tell(now)]);
      counts.failed += done.filter(({ status }) => status === 'rejected').length;
      await pause(tickMs, undefined, { signal: ended.signal }).catch(() => undefined);
    }
  })();
  return {
    asked: () => counts.asked,
    labelled: () => counts.labelled,
    failed: () => counts.failed,
    async stop() {
      ended.abort();
      await playing;
    },
  };
}

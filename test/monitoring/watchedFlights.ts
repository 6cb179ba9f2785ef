import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Look } from '../../core/look.ts';
import type { FeatureMatrix } from '../../core/matrix.ts';
import type { ModelPackage } from '../../core/modelPackage.ts';
import type { Plan } from '../../core/plan.ts';
import { type Hour, hourMs, hourStart } from '../../core/time.ts';
import { runWindow } from '../../core/window.ts';
import { buildFeatureMatrix } from '../../features/featureStage.ts';
import { type ParityRows, parityRows } from '../../features/parityRows.ts';
import { encodeWeights } from '../../models/learners/weights.ts';
import { packageModel } from '../../models/packageModel.ts';
import { scorerColumns } from '../../models/scorers/goldenRows.ts';
import { loadPackage } from '../../models/scorers/loadPackage.ts';
import { predictionRows } from '../../monitoring/logTables.ts';
import type { LookContext, WatchedVersion } from '../../monitoring/lookContext.ts';
import type { PredictionLine } from '../../serving/predictionLog.ts';
import { putObject, putObjectJson } from '../../storage/objects.ts';
import { flightPlan } from '../models/flightPlan.ts';
import { flightSnapshot, type TemporaryPorts, temporaryPorts } from '../models/flightSnapshot.ts';
import { candidates, randomWeights } from '../models/randomWeights.ts';
import { prediction } from './logFixture.ts';

/** A champion of the real flights, with weights by chance, and rows to ask it about. */
export interface WatchedFlights {
  readonly ports: TemporaryPorts;
  readonly package: ModelPackage;
  readonly matrix: FeatureMatrix;
  /** Rows of the hours that the champion's sketches are of, drawn by a seed: as raw columns, and as features. */
  drawn(count: number, seed: number): Promise<ParityRows>;
  /** The log of such rows, answered one by one up to `at`, as what a look at that time sees. */
  seen(rows: Pick<ParityRows, 'rows' | 'raw'>, more?: SeenBeside): Promise<LookContext>;
}

export interface SeenBeside {
  /** Who answered; the champion, version 3, when left out. */
  readonly version?: number;
  readonly scoreOf?: (score: number) => number;
  readonly others?: (score: number) => PredictionLine['others'];
  readonly earlier?: readonly Look[];
  /** The champion, version 3, where it is another than the one of the flights. */
  readonly champion?: ModelPackage;
  /** The reference, version 1; none when left out. */
  readonly reference?: ModelPackage;
}

const asOf: Hour = '2001-03-15T12';
const window = runWindow(flightPlan, hourStart(asOf));
export const atMs: number = hourStart('2001-03-16T00');

export async function watchedFlights(plan: Plan = flightPlan): Promise<WatchedFlights> {
  const ports = await temporaryPorts();
  const snapshot = await flightSnapshot(ports, window.all);
  const matrix = await buildFeatureMatrix(ports, plan, snapshot, window);
  const [candidate] = candidates;
  if (candidate === undefined) throw new Error('Expected a candidate.');
  const weights = await putObject(ports.store, encodeWeights(randomWeights(matrix.encoders, candidate)));
  const training = { key: 'trial', epochs: 0, steps: 0, rowsTrained: 0, backend: 'none', validation: null, seconds: 0 };
  const made = await packageModel(ports, {
    ...{ plan, planId: 'plan', snapshot, window },
    matrix: await putObjectJson(ports.store, matrix),
    trial: { ...training, candidate, weights },
  });
  const { scorer } = await loadPackage(ports.store, made.id);
  let logs = 0;
  return {
    ports,
    package: made.package,
    matrix,
    drawn: (count, seed) => {
      return parityRows(ports, plan, snapshot, matrix.encoders, window.validate, asOf, count, seed);
    },
    async seen(
      { rows, raw },
      {
        version = 3,
        scoreOf = (score: number) => score,
        others,
        earlier = [],
        champion = made.package,
        reference,
      } = {},
    ) {
      const scores = await scorer.score({ rows, columns: scorerColumns(raw) });
      const lines = Array.from(scores, (score, row) => {
        const beside = others?.(score);
        return prediction({
          predictionId: `${logs}-${row}/0`,
          at: new Date(atMs - hourMs + Math.floor((row / rows) * hourMs)).toISOString(),
          row: loggedRow(raw, row),
          version,
          score: scoreOf(score),
          ...(beside === undefined ? {} : { others: beside }),
        });
      });
      const path = join(ports.folder, `log-${logs}.ndjson`);
      logs += 1;
      await writeFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
      const times = { eventTime: 'date' };
      const logged = `SELECT *, NULL::BOOLEAN AS "label", NULL::BIGINT AS "firstAt" FROM (${predictionRows([path], '', 0, times)})`;
      return contextOf({ ports, plan }, { champion, reference }, logged, earlier);
    },
  };
}

/** Dates as ISO text, as `/predict` takes them. */
function loggedRow(raw: ParityRows['raw'], row: number): PredictionLine['row'] {
  const values = Object.entries(raw).map(([name, column]) => [name, column[row] ?? null] as const);
  return Object.fromEntries(
    values.map(([name, value]) => [name, name === 'date' ? new Date(Number(value)).toISOString() : value]),
  );
}

function contextOf(
  { ports, plan }: Pick<LookContext, 'ports' | 'plan'>,
  { champion, reference }: { readonly champion: ModelPackage; readonly reference: ModelPackage | undefined },
  logged: string,
  earlier: readonly Look[],
): LookContext {
  const watched = (model: ModelPackage, version: number) =>
    ({ package: model, record: { version }, scorecard: {} }) as unknown as WatchedVersion;
  return {
    ...{ ports, plan, atMs, sourceNowMs: atMs, sourceNewestMs: null, routing: null, leases: [] },
    champion: watched(champion, 3),
    reference: reference === undefined ? null : watched(reference, 1),
    rows: async (fromMs, toMs) =>
      `SELECT * FROM (${logged}) WHERE "answeredAt" >= ${fromMs} AND "answeredAt" < ${toMs}`,
    earlier: async (fromMs, toMs) => earlier.filter(({ at }) => Date.parse(at) >= fromMs && Date.parse(at) < toMs),
  };
}

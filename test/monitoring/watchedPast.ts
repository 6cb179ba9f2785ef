import type { Plan } from '../../core/plan.ts';
import type { Estimates, Scorecard, Slice } from '../../core/scorecard.ts';
import type { MonitorPlan } from '../../core/watchPlan.ts';
import { sqlFile } from '../../datasets/database.ts';
import type { DataPorts } from '../../datasets/dataPorts.ts';
import { predictionRows } from '../../monitoring/logTables.ts';
import type { LookContext } from '../../monitoring/lookContext.ts';
import { openLookContext } from '../../monitoring/openLookContext.ts';
import { appendLedger } from '../../registry/ledger.ts';
import { registerVersion } from '../../registry/versions.ts';
import type { PredictionLine } from '../../serving/predictionLog.ts';
import { putObjectJson } from '../../storage/objects.ts';
import { flightPlan } from '../models/flightPlan.ts';
import { byTest, versionLike } from '../registry/versionLike.ts';
import { openJoinPorts, pipeline, prediction } from './logFixture.ts';

/** A pipeline whose lines of the log and whose ledger are real, and what a look at it sees. */
export interface WatchedPast {
  readonly ports: DataPorts;
  readonly store: DataPorts['store'];
  /** Registers a version with what its scorecard says, and makes it the champion. */
  promoted(metrics: Estimates, slices?: readonly Slice[]): Promise<number>;
  answered(name: string, rows: readonly AnsweredRow[]): Promise<void>;
  seen(
    atMs: number,
    changed?: { plan?: Partial<Plan>; sourceNowMs?: number; sourceNewestMs?: number | null },
  ): Promise<LookContext>;
  close(): Promise<void>;
}

export interface AnsweredRow extends Partial<PredictionLine> {
  readonly atMs: number;
  /** Left out: none came. */
  readonly label?: boolean;
}

export async function watchedPast(): Promise<WatchedPast> {
  const opened = await openJoinPorts();
  const { store } = opened;
  const ports = { ...opened, folder: '' };
  const keep = (kind: string, name: string, lines: readonly object[]) =>
    store.create(`${kind}/${name}.ndjson`, Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join('')));
  const pathsOf = async (kind: string) => Promise.all((await store.list(`${kind}/`)).map((key) => store.file(key)));
  /** As a join of the two logs has them, without its increments. */
  const logs = async (): Promise<string | undefined> => {
    const [paths, labels] = [await pathsOf('predictions'), await pathsOf('labels')];
    return paths.length === 0
      ? undefined
      : `SELECT r.*, l."label" FROM (${predictionRows(paths, '', 0, { eventTime: 'date' })}) r LEFT JOIN
          read_ndjson([${labels.map(sqlFile).join(', ')}], columns = {"predictionId": 'VARCHAR', "label": 'BOOLEAN'}) l
          USING ("predictionId")`;
  };
  return {
    ports,
    store,
    close: opened.close,
    async promoted(metrics, slices = []) {
      const card = { asOf: '2001-03-15T12', metrics, slices, threshold: 0.5 } as unknown as Scorecard;
      const scorecard = await putObjectJson(store, card);
      const held = await putObjectJson(store, { threshold: 0.5 });
      const digest = JSON.stringify([metrics, slices]);
      const made = versionLike(digest, { package: held, scorecard, asOf: '2001-03-15T12' });
      const { version } = await registerVersion(store, pipeline, made, byTest);
      await appendLedger(store, pipeline, { kind: 'promoted', version }, byTest);
      return version;
    },
    async answered(name, rows) {
      const lines = rows.map(({ atMs, label: _, ...line }, row) =>
        prediction({
          ...{ predictionId: `${name}-${row}/0`, at: new Date(atMs).toISOString() },
          ...{ row: { date: new Date(atMs).toISOString() }, ...line },
        }),
      );
      const labels = rows.flatMap(({ label }, row) =>
        label === undefined ? [] : [{ predictionId: `${name}-${row}/0`, label }],
      );
      await keep('predictions', name, lines);
      await keep('labels', name, labels);
    },
    async seen(atMs, { plan = {}, sourceNowMs = atMs, sourceNewestMs = atMs } = {}) {
      const times = { atMs, sourceNowMs, sourceNewestMs };
      const context = await openLookContext(ports, { ...flightPlan, ...plan }, times, {});
      const logged = await logs();
      const rows = async (fromMs: number, toMs: number) =>
        logged && `SELECT * FROM (${logged}) WHERE "answeredAt" >= ${fromMs} AND "answeredAt" < ${toMs}`;
      return { ...context, rows };
    },
  };
}

/** A watch of these monitors alone. */
export function watching(...monitors: readonly MonitorPlan[]): Pick<Plan, 'watch'> {
  return { watch: { everyMs: 300_000, falseAlarms: 0.01, monitors, alerts: [], receivers: [] } };
}

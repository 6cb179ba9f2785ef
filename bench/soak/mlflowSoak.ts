import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { exportToMlflow } from '../../cli/mlflow.ts';
import type { SearchedTrials } from '../../cli/searchedTrials.ts';
import type { TrialRow } from '../../core/run.ts';
import { freePort } from '../../workers/freePort.ts';
import { pythonPeer } from '../pythonPeer.ts';

const execute = promisify(execFile);
const packages = ['mlflow==3.17.2'];

export interface MlflowSoak {
  readonly soak: 'mlflow';
  readonly server: string;
  readonly trials: number;
  readonly seconds: number;
  readonly violations: readonly string[];
}

/**
 * Exports a search to a real MLflow server (installed from PyPI into the user's cache folder), half of it, then all of
 * it, then all of it again; and holds what MLflow's own Python client reads there to the trials.
 */
export async function mlflowSoak(options: { folder: string; report: (line: string) => void }): Promise<MlflowSoak> {
  const { folder, report } = options;
  report(`installing ${packages.join(', ')}, once on this machine`);
  const python = join(await pythonPeer('mlflow', packages), 'bin', 'python');
  const port = await freePort();
  const uri = `http://127.0.0.1:${port}`;
  const server = startServer(python, folder, port);
  try {
    await untilHealthy(uri, server, report);
    const rows = Array.from({ length: 40 }, (_, at) => rowOf(at));
    const since = performance.now();
    for (const part of [rows.slice(0, 20), rows, rows]) report(await exportToMlflow(uri, trialsOf(part)));
    const seconds = (performance.now() - since) / 1_000;
    const { stdout } = await execute(python, ['-c', readBack, uri], { maxBuffer: 1 << 24 });
    const violations = differencesOf(rows, JSON.parse(stdout));
    return { soak: 'mlflow', server: packages.join(), trials: rows.length, seconds, violations };
  } finally {
    server.kill('SIGTERM');
    if (server.exitCode === null) await once(server, 'exit');
  }
}

function startServer(python: string, folder: string, port: number) {
  const database = `sqlite:///${join(folder, 'mlflow.db')}`;
  const places = ['--backend-store-uri', database, '--artifacts-destination', join(folder, 'artifacts')];
  const args = ['-m', 'mlflow', 'server', ...places, '--host', '127.0.0.1', '--port', `${port}`, '--workers', '1'];
  return spawn(python, args, { stdio: ['ignore', 'ignore', 'inherit'] });
}

async function untilHealthy(
  uri: string,
  server: ReturnType<typeof startServer>,
  report: (line: string) => void,
): Promise<void> {
  const since = performance.now();
  while (server.exitCode === null) {
    const response = await fetch(`${uri}/health`).catch(() => undefined);
    if (response?.ok) return report(`MLflow answers after ${((performance.now() - since) / 1_000).toFixed(1)} s`);
    await pause(200);
  }
  throw new Error(`mlflow server ended with ${server.exitCode}`);
}

const run = 'flights/2001-03-15T12/1';

function trialsOf(rows: readonly TrialRow[]): SearchedTrials {
  return { run, metric: 'auc', rows, isUnderWay: false };
}

/** Each fifth diverged; every tenth is of another seed; some parameters are lists. */
function rowOf(at: number): TrialRow {
  const parameters = at % 2 === 0 ? { l2: at / 1e4, learningRate: 0.01 } : { hidden: [at, 8], l2: 0 };
  return {
    learner: at % 2 === 0 ? 'logistic' : 'mlp',
    parameters,
    key: at.toString(16).padStart(64, '0'),
    rung: 1 + (at % 3),
    epochs: 1 / 9,
    seed: at % 10 === 0 ? 8 : 7,
    backend: 'wasm',
    validation: at % 5 === 4 ? null : { auc: 0.5 + at / 100, 'log loss': 0.6 },
    seconds: at / 10,
    reused: false,
  };
}

/** Prints the finished runs of the one experiment, each as what MLflow's client makes of it. */
const readBack = `
import json, sys
from mlflow.tracking import MlflowClient
client = MlflowClient(sys.argv[1])
experiment = client.get_experiment_by_name("whetstone/flights")
runs = client.search_runs([experiment.experiment_id], max_results=1000)
print(json.dumps([{"status": r.info.status, "parameters": r.data.params, "metrics": r.data.metrics, "tags": r.data.tags} for r in runs]))
`;

interface ReadRun {
  readonly status: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, number>>;
  readonly tags: Readonly<Record<string, string>>;
}

function differencesOf(rows: readonly TrialRow[], runs: readonly ReadRun[]): string[] {
  const trials = runs.filter(({ tags }) => tags['whetstone.trial'] !== undefined);
  const parents = runs.filter(({ tags }) => tags['whetstone.trial'] === undefined);
  const counted =
    trials.length === rows.length && parents.length === 1
      ? []
      : [`expected one run with ${rows.length} in it, but came ${parents.length} with ${trials.length}`];
  return [...counted, ...rows.flatMap((row) => wrongIn(row, trials))];
}

function wrongIn(row: TrialRow, trials: readonly ReadRun[]): string[] {
  const found = trials.find(({ tags }) => tags['whetstone.trial'] === `${row.rung}/${row.key}`);
  if (found === undefined) return [`trial ${row.key} is not there`];
  const wanted = {
    status: row.validation === null ? 'FAILED' : 'FINISHED',
    learner: JSON.stringify(row.learner),
    l2: JSON.stringify(row.parameters.l2),
    hidden: row.parameters.hidden && JSON.stringify(row.parameters.hidden),
    seed: `${row.seed}`,
    auc: row.validation?.auc,
    'log loss': row.validation?.['log loss'],
    seconds: row.seconds,
  };
  const came: Record<string, unknown> = { ...found.parameters, ...found.metrics, status: found.status };
  return Object.entries(wanted)
    .filter(([name, value]) => came[name] !== value)
    .map(([name, value]) => `trial ${row.key}: ${name} is ${came[name]}, and was ${value}`);
}

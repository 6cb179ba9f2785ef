import { WhetError } from '../core/errors.ts';
import { learnerName } from '../core/learnerName.ts';
import type { TrialRow } from '../core/run.ts';
import { concurrently } from '../storage/concurrently.ts';
import type { SearchedTrials } from './searchedTrials.ts';

/**
 * Writes a run's trials to an MLflow tracking server (REST API 2.0, which MLflow 2 and 3 serve): an experiment for the
 * pipeline, a run for the search and in it a run for each trial, with its parameters, metrics and tags. What is there
 * already is not written again. Gives what it did in one line; throws `mlflow.refused`.
 */
export async function exportToMlflow(uri: string, { run, rows }: SearchedTrials): Promise<string> {
  const server = openServer(uri);
  const [pipeline = ''] = run.split('/');
  const experiment = await experimentOf(server, `whetstone/${pipeline}`);
  const there = await exportedRuns(server, experiment, run);
  const parent = there.get('') ?? (await createRun(server, experiment, run, { 'whetstone.run': run }));
  const missing = rows.filter((row) => !there.has(placeOf(row)));
  await concurrently(missing, hands, (row) => writeTrial(server, experiment, run, parent, row));
  await server.post('runs/update', { run_id: parent, status: 'FINISHED', end_time: Date.now() });
  const before = rows.length - missing.length;
  return `${missing.length} trials written to ${uri}, experiment ${experiment}, run ${parent}; ${before} were there`;
}

/** Requests at once: a server on SQLite takes turns anyway. */
const hands = 4;

interface MlflowServer {
  get<T>(path: string, query: Readonly<Record<string, string>>): Promise<T | undefined>;
  post<T>(path: string, body: object): Promise<T>;
}

function openServer(uri: string): MlflowServer {
  const call = async (path: string, init?: RequestInit): Promise<Response> => {
    const url = `${uri.replace(/\/+$/, '')}/api/2.0/mlflow/${path}`;
    try {
      return await fetch(url, { ...init, signal: AbortSignal.timeout(30_000) });
    } catch (error) {
      throw refused(url, error instanceof Error ? `${error.cause ?? error.message}` : String(error));
    }
  };
  const checked = async <T>(path: string, response: Response): Promise<T> => {
    const text = await response.text();
    if (!response.ok) throw refused(path, `status ${response.status}: ${text.slice(0, 200)}`);
    return JSON.parse(text) as T;
  };
  return {
    async get<T>(path: string, query: Readonly<Record<string, string>>) {
      const response = await call(`${path}?${new URLSearchParams(query)}`);
      return response.status === 404 ? undefined : checked<T>(path, response);
    },
    async post<T>(path: string, body: object) {
      const headers = { 'content-type': 'application/json' };
      return checked<T>(path, await call(path, { method: 'POST', headers, body: JSON.stringify(body) }));
    },
  };
}

async function experimentOf(server: MlflowServer, name: string): Promise<string> {
  const found = await server.get<{ experiment: { experiment_id: string } }>('experiments/get-by-name', {
    experiment_name: name,
  });
  if (found !== undefined) return found.experiment.experiment_id;
  return (await server.post<{ experiment_id: string }>('experiments/create', { name })).experiment_id;
}

interface MlflowRun {
  readonly info: { readonly run_id: string };
  readonly data: { readonly tags?: readonly { readonly key: string; readonly value: string }[] };
}

/** The id of each run that was written of this search, by the trial's place; that of the search itself by ''. */
async function exportedRuns(server: MlflowServer, experiment: string, run: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  let page: string | undefined;
  do {
    const answer = await server.post<{ runs?: MlflowRun[]; next_page_token?: string }>('runs/search', {
      experiment_ids: [experiment],
      filter: `tags."whetstone.run" = '${run}'`,
      max_results: 1_000,
      ...(page === undefined ? {} : { page_token: page }),
    });
    for (const { info, data } of answer.runs ?? []) {
      found.set(data.tags?.find(({ key }) => key === 'whetstone.trial')?.value ?? '', info.run_id);
    }
    page = answer.next_page_token || undefined;
  } while (page !== undefined);
  return found;
}

/** Metrics and parameters go before the tag by which a trial is known to be there: one cut short is written again. */
async function writeTrial(
  server: MlflowServer,
  experiment: string,
  run: string,
  parent: string,
  row: TrialRow,
): Promise<void> {
  const title = `${learnerName(row)} ${JSON.stringify(row.parameters)}`;
  const id = await createRun(server, experiment, title, { 'mlflow.parentRunId': parent });
  const parameters = {
    learner: learnerName(row),
    ...row.parameters,
    epochs: row.epochs,
    seed: row.seed,
    rung: row.rung,
  };
  const metrics = { ...row.validation, seconds: row.seconds };
  await server.post('runs/log-batch', {
    run_id: id,
    params: Object.entries(parameters).map(([key, value]) => ({ key, value: JSON.stringify(value) })),
    metrics: Object.entries(metrics).map(([key, value]) => ({ key, value, timestamp: Date.now(), step: 0 })),
    tags: [
      { key: 'whetstone.run', value: run },
      { key: 'whetstone.trial', value: placeOf(row) },
      { key: 'whetstone.backend', value: row.backend },
    ],
  });
  const status = row.validation === null ? 'FAILED' : 'FINISHED';
  await server.post('runs/update', { run_id: id, status, end_time: Date.now() });
}

async function createRun(
  server: MlflowServer,
  experiment: string,
  name: string,
  tags: Readonly<Record<string, string>>,
): Promise<string> {
  const { run } = await server.post<{ run: MlflowRun }>('runs/create', {
    experiment_id: experiment,
    run_name: name,
    start_time: Date.now(),
    tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
  });
  return run.info.run_id;
}

/** A trial that is at two rungs with the same budget is one trial, at two places. */
function placeOf({ rung, key }: TrialRow): string {
  return `${rung}/${key}`;
}

function refused(what: string, came: string): WhetError {
  return new WhetError('mlflow.refused', { expected: `an answer of MLflow to ${what}`, came });
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { DataSoakOptions } from './soak/dataSoak.ts';

/**
 * `npm run soak -- kill|search|data [--rounds N] [--kills N] [--seed S] [--store disk|s3|both] [--state FOLDER] [--json]`: works
 * for long and breaks things. With `--state` it goes on where it was left. `npm run soak -- ndjson-memory [--gigabytes N]
 * [--at-once N] [--json]`: a file that is larger than the memory. `npm run soak -- parity [--rows N] [--seed S] [--json]`: odd
 * rows scored in every way that there is. `npm run soak -- mlflow [--json]`: trials exported to a real server.
 * `npm run soak -- backends [--json]`: 2,000 batches with each backend, whose memory may not grow. `npm run soak -- gate
 * [--series 1000] [--seed S] [--state FOLDER] [--json]`: the gate's promises, on simulated years of hourly looks.
 * `npm run soak -- swap [--requests 1000000] [--swaps 100] [--kills 10] [--seed S] [--json]`: requests at full speed while the
 * routing changes and serving processes are killed.
 * `npm run soak -- canary [--rounds N] [--json]`: rollouts of versions that are well, fail, score otherwise or are hardly
 * asked, under real load. `npm run soak -- fuzz [--requests N] [--seed S] [--json]`: random and mutated requests to a server. `npm run soak -- openapi
 * [--seed S] [--json]`: schemathesis against a server's own OpenAPI document. `npm run soak -- score [--rounds N] [--kills N]
 * [--rows 3000000] [--seed S] [--state FOLDER] [--json]`: files scored while workers, Temporal and the command are
 * killed. `npm run soak -- drift [--rounds 10] [--seed S] [--state FOLDER] [--json]`: windows with and without drift, 1,000
 * of each size a round, looks beside windows of other sizes, and the hours of the flights. `npm run soak -- labels [--rows 3000000] [--json]`: labels of every kind, sent by a command that is killed.
 * `npm run soak -- watch [--rounds 20] [--kills 5] [--seed S] [--state FOLDER] [--json]`: alerts that fire and are over again
 * and again, told to a real receiver, while any process is killed. `npm run soak -- live [--json]`: flights replayed as
 * traffic, until their model has decayed, somebody was told, and it was retrained by itself.
 * Ends with 1 if anything was violated.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string' },
    kills: { type: 'string' },
    seed: { type: 'string', default: '1' },
    store: { type: 'string', default: 'both' },
    gigabytes: { type: 'string', default: '5' },
    'at-once': { type: 'string', default: '1' },
    rows: { type: 'string' },
    series: { type: 'string', default: '1000' },
    requests: { type: 'string' },
    swaps: { type: 'string', default: '100' },
    state: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const usual = {
  kill: { rounds: 5, kills: 1 },
  search: { rounds: 4, kills: 25 },
  data: { rounds: 40, kills: 5 },
  'ndjson-memory': { rounds: 1, kills: 0 },
  parity: { rounds: 1, kills: 0 },
  gate: { rounds: 1, kills: 0 },
  mlflow: { rounds: 1, kills: 0 },
  backends: { rounds: 1, kills: 0 },
  swap: { rounds: 1, kills: 10 },
  canary: { rounds: 1, kills: 0 },
  fuzz: { rounds: 1, kills: 0 },
  openapi: { rounds: 1, kills: 0 },
  score: { rounds: 3, kills: 3 },
  labels: { rounds: 1, kills: 1 },
  watch: { rounds: 20, kills: 5 },
  live: { rounds: 1, kills: 0 },
  drift: { rounds: 10, kills: 0 },
} as const;
const [soak] = positionals;
const { store, seed: seedText } = values;
if (!isSoak(soak) || !isStore(store)) refuse();
const [rounds, kills, seed] = [values.rounds ?? usual[soak].rounds, values.kills ?? usual[soak].kills, seedText].map(
  Number,
);
const [gigabytes, atOnce, series] = [values.gigabytes, values['at-once'], values.series].map(Number);
const rows = Number(values.rows ?? (soak === 'score' || soak === 'labels' ? 3_000_000 : 100_000));
const requests = Number(values.requests ?? (soak === 'swap' ? 1_000_000 : 100_000));
const swaps = Number(values.swaps);
if (![rounds, kills, seed, gigabytes, atOnce, rows, series, requests, swaps].every(Number.isSafeInteger)) refuse();
const own = values.state === undefined;
const folder = own ? await mkdtemp(join(tmpdir(), 'whet-soak-')) : resolve(values.state ?? '');
const report = (line: string): void => void process.stderr.write(`${line}\n`);
const options = { folder, rounds: rounds ?? 0, kills: kills ?? 0, seed: seed ?? 0, report };
const done = await soaked(soak, store);
process.stdout.write(values.json ? `${JSON.stringify(done.report, null, 2)}\n` : `${done.text.join('\n')}\n`);
if (done.report.violations.length > 0) report(`the state is kept in ${folder}`);
else if (own) await rm(folder, { recursive: true, force: true });
process.exitCode = done.report.violations.length === 0 ? 0 : 1;

function soaked(name: keyof typeof usual, store: DataSoakOptions['store']) {
  if (name === 'data') return dataSoaking(store);
  if (name === 'parity') return agreeing();
  if (name === 'gate') return simulating();
  if (name === 'mlflow') return exporting();
  if (name === 'backends') return growing();
  if (name === 'swap') return swapping();
  if (name === 'canary') return releasing();
  if (name === 'fuzz') return fuzzing();
  if (name === 'openapi') return documenting();
  if (name === 'score') return scoring();
  if (name === 'labels') return labelling();
  if (name === 'watch') return watching();
  if (name === 'live') return living();
  if (name === 'drift') return drifting();
  return name === 'ndjson-memory' ? remembering() : killing(name);
}

async function killing(name: 'kill' | 'search') {
  const report = await (name === 'kill'
    ? (await import('./soak/killSoak.ts')).killSoak(options)
    : (await import('./soak/searchSoak.ts')).searchSoak(options));
  const text = [
    `soak ${name}, seed ${report.seed}: ${report.rounds} rounds, kills: ${counts(report.kills)}; ${report.missed} came too late`,
    `the command ended badly by itself ${report.gaveUp} times`,
    `${report.violations.length} violations`,
    ...report.violations.map(({ round, asOf, what }) => `  round ${round} (${asOf}): ${what}`),
  ];
  return { report, text };
}

async function dataSoaking(store: DataSoakOptions['store']) {
  const { dataSoak } = await import('./soak/dataSoak.ts');
  const report = await dataSoak({ ...options, store });
  const seconds = report.each.reduce((sum, round) => sum + round.seconds, 0);
  const text = [
    `soak data, seed ${report.seed}, store ${store}: ${report.rounds} rounds in ${seconds.toFixed(0)} s, kills: ${counts(report.kills)}`,
    `a process lost its store and was started again ${report.gaveUp} times`,
    `${report.violations.length} violations`,
    ...report.violations.map(({ round, what }) => `  round ${round}: ${what}`),
  ];
  return { report, text };
}

async function remembering() {
  const { ndjsonMemory } = await import('./soak/ndjsonMemory.ts');
  const done = await ndjsonMemory({ folder, gigabytes: gigabytes ?? 0, atOnce: atOnce ?? 0, report });
  const speed = `${(done.megabytes / done.seconds).toFixed(1)} MB/s`;
  const text = [
    `soak ndjson-memory, ${done.atOnce} at once: ${done.rows} rows, ${done.megabytes.toFixed(0)} MB, ${speed}, peak ${done.peakMb.toFixed(0)} MB`,
    ...done.violations,
  ];
  return { report: done, text };
}

async function agreeing() {
  const { paritySoak } = await import('./soak/parity/paritySoak.ts');
  const done = await paritySoak({ folder, rows, seed: seed ?? 0, report });
  const shown = (difference: number | null) => difference?.toExponential(1) ?? 'not gone';
  const text = [
    `soak parity, seed ${done.seed}: ${done.rows} rows, largest differences to onnxruntime; reference: ${JSON.stringify(done.reference)}`,
    ...done.models.map((model) => {
      const ways = `training ${shown(model.training)}, compiled ${shown(model.compiled)}, reference ${shown(model.reference)}`;
      return `  ${model.name}: ${ways}`;
    }),
    `${done.violations.length} violations above ${done.tolerance}`,
    ...done.violations.map((what) => `  ${what}`),
  ];
  return { report: done, text };
}

async function exporting() {
  const done = await (await import('./soak/mlflowSoak.ts')).mlflowSoak(options);
  const text = [
    `soak mlflow, ${done.server}: ${done.trials} trials exported and read back, ${done.seconds.toFixed(1)} s`,
    `${done.violations.length} violations`,
    ...done.violations,
  ];
  return { report: done, text };
}

async function growing() {
  const done = await (await import('./soak/backendSoak.ts')).backendSoak(report);
  const text = [
    ...done.backends.map(
      ({ name, tensors, processMb }) =>
        `soak backends, ${name}: ${done.batches} batches, ${tensors} tensors left, process ${processMb.toFixed(1)} MB larger`,
    ),
    `${done.violations.length} violations`,
    ...done.violations,
  ];
  return { report: done, text };
}

async function fuzzing() {
  const done = await (await import('./soak/fuzz/fuzzSoak.ts')).fuzzSoak({ ...options, requests });
  const memory = done.memory.map(
    ({ heapMb, residentMb }) => `${heapMb.toFixed(1)} (${residentMb.toFixed(0)} resident)`,
  );
  const text = [
    `soak fuzz, seed ${done.seed}: ${done.requests} requests in ${done.seconds.toFixed(1)} s: ${counts(done.statuses)}`,
    `the server's heap in MB after each fifth: ${memory.join(', ')}`,
    `${done.violations.length} violations`,
    ...done.violations,
  ];
  return { report: done, text };
}

async function documenting() {
  const done = await (await import('./soak/openApiSoak.ts')).openApiSoak(options);
  const text = [
    `soak openapi, seed ${done.seed}, schemathesis ${done.schemathesis}: ${done.cases} requests to ${done.operations} operations in ${done.seconds.toFixed(1)} s`,
    `${done.violations.length} violations`,
    ...done.violations,
  ];
  return { report: done, text };
}

async function releasing() {
  const { canarySoak, canaryText } = await import('./soak/canarySoak.ts');
  const done = await canarySoak(options);
  const text = [
    ...done.rounds.map((round) => `soak canary, ${canaryText(round)}`),
    `${done.violations.length} violations`,
    ...done.violations,
  ];
  return { report: done, text };
}

async function swapping() {
  const { swapSoak } = await import('./soak/swap/swapSoak.ts');
  const done = await swapSoak({ ...options, requests, swaps });
  const text = [
    `soak swap, seed ${done.seed}: ${done.requests} requests, ${Math.round(done.perSecond)} a second, ${done.failures} failed; ${counts(done.swaps)}`,
    `${done.kills} kills: ${done.cutOff} requests cut off and ${done.retried} asked again at the other address; ${done.shed} times too busy`,
    `${done.unlogged} answered rows are not in the prediction log`,
    `${done.violations.length} violations`,
    ...done.violations.slice(0, 20),
  ];
  return { report: done, text };
}

async function scoring() {
  const { scoreSoak } = await import('./soak/score/scoreSoak.ts');
  const done = await scoreSoak({ ...options, rows });
  const seconds = done.each.reduce((sum, round) => sum + round.seconds, 0);
  const text = [
    `soak score, seed ${done.seed}: ${done.each.length} rounds of ${done.rows} rows in ${seconds.toFixed(0)} s, kills: ${counts(done.kills)}; ${done.missed} came too late`,
    `the command ended badly by itself ${done.gaveUp} times`,
    `${done.violations.length} violations`,
    ...done.violations.slice(0, 20),
  ];
  return { report: done, text };
}

async function labelling() {
  const { labelsSoak } = await import('./soak/labels/labelsSoak.ts');
  const done = await labelsSoak({ folder, rows, report });
  const text = [
    `soak labels: ${done.labels} labels of ${done.answers} answers; killed with ${done.storedAtKill} stored, and sent again`,
    ...done.steps.map(
      ({ step, seconds, labelsPerSecond, peakMb }) =>
        `  ${step}: ${seconds.toFixed(1)} s, ${Math.round(labelsPerSecond)} labels a second, peak ${peakMb.toFixed(0)} MB`,
    ),
    `${done.violations.length} violations`,
    ...done.violations.slice(0, 20),
  ];
  return { report: done, text };
}

async function drifting() {
  const { driftSoak } = await import('./soak/driftSoak.ts');
  const { quietFlights } = await import('./soak/drift/quietFlights.ts');
  const { driftReport } = await import('./soak/drift/driftReport.ts');
  const { driftText } = await import('./soak/drift/driftText.ts');
  const { unequalLooks, unequalText } = await import('./soak/drift/unequalLooks.ts');
  const simulated = await driftSoak(options);
  const done = driftReport(simulated, await quietFlights(join(import.meta.dirname, '..'), folder));
  const unequal = unequalLooks(options.seed);
  const text = [`soak drift, seed ${seed}`, ...unequalText(unequal), ...driftText(done)];
  return { report: { ...done, unequal }, text };
}

async function watching() {
  const { watchSoak } = await import('./soak/watch/watchSoak.ts');
  const done = await watchSoak(options);
  const seconds = done.each.reduce((sum, round) => sum + round.seconds, 0);
  const text = [
    `soak watch, seed ${done.seed}: ${done.each.length} rounds in ${seconds.toFixed(0)} s, kills: ${counts(done.kills)}`,
    `${done.notices} notices, ${done.messages} messages, ${done.resends} of them again; ${done.retrained} retrainings`,
    `${done.violations.length} violations`,
    ...done.violations.slice(0, 20).map(({ round, what }) => `  round ${round}: ${what}`),
  ];
  return { report: done, text };
}

async function living() {
  const done = await (await import('./soak/live/liveSoak.ts')).liveSoak(options);
  const text = [
    `soak live, ${done.times} times real time: ${done.asked} flights asked about, ${done.labelled} labels, ${done.messages} messages`,
    ...done.steps.map(
      ({ step, seconds, replayed, what }) => `  ${seconds.toFixed(0)} s, ${replayed}: ${step}: ${what}`,
    ),
    `${done.violations.length} violations`,
    ...done.violations,
  ];
  return { report: done, text };
}

async function simulating() {
  const { gateSoak } = await import('./soak/gateSoak.ts');
  const { gateReport } = await import('./soak/gate/gateReport.ts');
  const { gateText } = await import('./soak/gate/gateText.ts');
  const done = gateReport(await gateSoak({ folder, series: series ?? 0, seed: seed ?? 0, report }));
  return { report: done, text: [`soak gate, seed ${seed}`, ...gateText(done)] };
}

function counts(kills: Readonly<Record<string, number>>): string {
  return Object.entries(kills)
    .map(([victim, count]) => `${victim} ${count}`)
    .join(', ');
}

function isSoak(name: string | undefined): name is keyof typeof usual {
  return name !== undefined && name in usual;
}

function isStore(name: string): name is DataSoakOptions['store'] {
  return ['disk', 's3', 'both'].includes(name);
}

function refuse(): never {
  const came = process.argv.slice(2).join(' ');
  process.stderr.write(
    `expected 'kill', 'search', 'data', 'ndjson-memory', 'parity', 'gate', 'mlflow', 'backends', 'canary', 'swap', 'fuzz', 'openapi', 'score', 'labels', 'drift', 'watch' or 'live', whole numbers, and disk, s3 or both for --store, but came '${came}'\n`,
  );
  process.exit(2);
}

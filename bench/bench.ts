import { parseArgs } from 'node:util';
import { type Bench, type BenchReport, runBench } from './harness.ts';

/** `npm run bench -- NAME [--peers] [--json]`: runs one bench and prints what it measured. */
const benches: Record<string, (options: { peers: boolean }) => Promise<Bench>> = {
  contract: async (options) => (await import('./contract.ts')).contractBench(options),
  'data-cost': async () => (await import('./dataCost.ts')).dataCostBench(),
  drift: async (options) => (await import('./driftBench.ts')).driftBench(options),
  ndjson: async () => (await import('./ndjson.ts')).ndjsonBench(),
  overload: async () => (await import('./overloadBench.ts')).overloadBench(),
  quality: async () => (await import('./quality.ts')).qualityBench(),
  refresh: async () => (await import('./refreshBench.ts')).refreshBench(),
  retrain: async () => (await import('./retrain.ts')).retrainBench(),
  score: async () => (await import('./scoreBench.ts')).scoreBench(),
  scoring: async (options) => (await import('./scoring.ts')).scoringBench(options),
  search: async (options) => (await import('./search.ts')).searchBench(options),
  'search-scale': async () => (await import('./searchScale.ts')).searchScaleBench(),
  traffic: async () => (await import('./traffic.ts')).trafficBench(),
  serving: async (options) => (await import('./servingBench.ts')).servingBench(options),
  training: async (options) => (await import('./training.ts')).trainingBench(options),
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, peers: { type: 'boolean', default: false } },
});
const name = positionals[0] ?? '';
const open = benches[name];
if (open === undefined) {
  process.stderr.write(`expected the name of a bench (${Object.keys(benches).join(', ')}), but came '${name}'\n`);
  process.exit(2);
}
const bench = await open({ peers: values.peers });
try {
  const report = await runBench(name, bench, (line) => process.stderr.write(`${line}\n`));
  process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : `${tableOf(report)}\n`);
} finally {
  await bench.close();
}

function tableOf({ machine, conditions, cases, ratios }: BenchReport): string {
  const rows = cases.map(
    (one) =>
      `${one.case}: median ${figure(one.median)} ${one.unit} (${figure(one.min)} to ${figure(one.max)}, ${one.runs} runs)`,
  );
  const compared = Object.entries(ratios).map(
    ([title, one]) => `${title}: ${figure(one.median)} (${figure(one.min)} to ${figure(one.max)}), ${one.verdict}`,
  );
  return [machine, ...conditions, '', ...rows, ...compared].join('\n');
}

function figure(value: number): string {
  return value >= 1_000 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}

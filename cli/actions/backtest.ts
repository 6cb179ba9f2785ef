import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { BacktestReport } from '../../core/backtest.ts';
import { type BacktestInput, checkBacktestInput } from '../../core/backtestInput.ts';
import { requireJson } from '../../storage/objects.ts';
import { backtestNow } from '../../workers/backtestNow.ts';
import { loadRules } from '../../workers/catalogue.ts';
import { withEngine } from '../../workers/engine.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import { backtestTables } from '../backtestTables.ts';
import type { JsonOption } from '../command.ts';
import { print, printJson, printTable, report } from '../output.ts';

interface BacktestOptions extends JsonOption {
  readonly from: string;
  readonly hours: string;
  readonly retrainEvery?: string;
  readonly refreshEvery?: string;
  readonly search?: 'once' | 'every';
  readonly gate?: string;
  readonly out?: string;
}

/** Replays a pipeline's past, and writes what it found as a page and as JSON. Throws as the workflow `backtest`. */
export async function backtest(pipeline: string, options: BacktestOptions): Promise<void> {
  const workplace = openWorkplace();
  const input = await inputOf(pipeline, options);
  const roles = ['pipeline', 'trainer'] as const;
  const engine = { workplace, roles, port: 0, uiPort: 0, report, onLine: report };
  const summary = await withEngine(engine, (client) => backtestNow({ client, input, report }));
  const found = await requireJson<BacktestReport>(workplace.store, summary.report);
  const folder = resolve(options.out ?? join(workplace.state, 'backtests', summary.id));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'report.json'), `${JSON.stringify(found, null, 2)}\n`);
  // Loaded when all is done: Vega takes a third of a second.
  const { backtestPage, decaySvg } = await import('../backtestPage/backtestPage.ts');
  await writeFile(join(folder, 'report.html'), await backtestPage(found));
  await writeFile(join(folder, 'decay.svg'), await decaySvg(found));
  report(`wrote ${join(folder, 'report.html')}, and report.json and decay.svg beside it`);
  if (options.json) return printJson(found);
  for (const { title, rows } of backtestTables(found)) {
    print(`\n${title}`);
    printTable(rows);
  }
  print(`\n${found.recommendedInterval.text}`);
}

/** Rules of a file are part of the question; those of a pipeline are looked up by its id. */
async function inputOf(pipeline: string, options: BacktestOptions): Promise<BacktestInput> {
  const { from, hours, retrainEvery, refreshEvery, search, gate } = options;
  const isFile = gate !== undefined && /\.[mc]?[tj]s$/.test(gate);
  return checkBacktestInput({
    ...{ pipeline, from, hours: Number(hours) },
    ...(retrainEvery !== undefined && { retrainEvery: retrainEvery.split(',').map((one) => one.trim()) }),
    ...(refreshEvery !== undefined && { refreshEvery }),
    ...(search !== undefined && { search }),
    ...(gate !== undefined && { gate: isFile ? await loadRules(resolve(gate)) : gate }),
  });
}

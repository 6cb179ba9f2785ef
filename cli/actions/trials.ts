import { findRun } from '../../activities/runRecords.ts';
import { WhetError } from '../../core/errors.ts';
import type { TrialRow } from '../../core/run.ts';
import { getObjectJson } from '../../storage/objects.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { printJson, printTable } from '../output.ts';

/** Lists a run's trials. Throws `run.unknown` for one that searched nothing. */
export async function trials(name: string, { json }: JsonOption): Promise<void> {
  const { store } = openWorkplace();
  const record = await findRun(store, name);
  if (record.trials === undefined) {
    throw new WhetError('run.unknown', {
      expected: 'a run that searched a grid',
      came: `${record.run}, which was ${record.status}: ${record.why}`,
    });
  }
  const rows = [...(await getObjectJson<TrialRow[]>(store, record.trials.table))].sort(byRungThenAuc);
  if (json) return printJson(rows);
  printTable([['rung', 'epochs', 'auc', 'log loss', 'seconds', 'learner', 'parameters', 'key'], ...rows.map(cells)]);
}

function cells(row: TrialRow): string[] {
  const { rung, epochs, validation, seconds, reused, learner, parameters, key } = row;
  const value = (metric: 'auc' | 'log loss') => validation?.[metric]?.toFixed(4) ?? 'diverged';
  const time = reused ? 'reused' : seconds.toFixed(2);
  return [
    `${rung}`,
    epochs.toFixed(3),
    value('auc'),
    value('log loss'),
    time,
    learner,
    JSON.stringify(parameters),
    key.slice(0, 12),
  ];
}

function byRungThenAuc(a: TrialRow, b: TrialRow): number {
  return a.rung - b.rung || (b.validation?.auc ?? -1) - (a.validation?.auc ?? -1) || a.key.localeCompare(b.key);
}

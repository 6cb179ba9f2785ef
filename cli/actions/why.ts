import { findRun, runRecords } from '../../activities/runRecords.ts';
import { triggerText } from '../../core/retrainText.ts';
import { shortDigests } from '../../core/shortDigests.ts';
import { rootCause, whyRun } from '../../core/whyRun.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { print, printJson } from '../output.ts';

/** Explains a run, stage by stage. */
export async function why(name: string, { json }: JsonOption): Promise<void> {
  const { store } = openWorkplace();
  const record = await findRun(store, name);
  const isRefresh = record.refreshes !== undefined;
  const records = (await runRecords(store, record.pipeline)).filter(
    ({ status, refreshes }) => status !== 'skipped' && (refreshes !== undefined) === isRefresh,
  );
  const before = records[records.findIndex(({ run }) => run === record.run) - 1];
  const stages = whyRun(record, before);
  if (json)
    return printJson({
      run: record.run,
      before: before?.run ?? null,
      status: record.status,
      why: record.why,
      trigger: record.trigger ?? null,
      stages,
      verdict: record.verdict,
    });
  print(`${record.run}: ${record.status}, ${record.why}`);
  if (record.trigger !== undefined) print(triggerText(record.trigger));
  print(before === undefined ? 'no run before it' : `compared with ${before.run}`);
  const root = rootCause(stages);
  if (root !== undefined) print(`root cause: ${root}; what comes after follows from it`);
  for (const stage of stages) {
    print(`  ${stage.name}: ${stage.text} (${stage.seconds.toFixed(2)} s)`);
    for (const { input, before: then, now } of stage.changed) print(shortDigests(`      ${input}: ${then} -> ${now}`));
  }
  for (const reason of record.verdict?.reasons ?? [])
    print(`  gate, ${reason.rule}: ${reason.outcome}, ${reason.text}`);
}

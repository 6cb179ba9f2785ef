import { checkRetrainInput } from '../../core/retrainInput.ts';
import { withEngine } from '../../workers/engine.ts';
import { retrainNow } from '../../workers/retrainNow.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { exitCodeOf } from '../failed.ts';
import { printJson, report } from '../output.ts';
import { showRun } from '../showRun.ts';

interface RetrainOptions extends JsonOption {
  readonly asOf?: string;
}

/** Runs a pipeline once and shows what came of it; ends with the code of a run that was rejected. */
export async function retrain(pipeline: string, options: RetrainOptions): Promise<void> {
  const input = checkRetrainInput({ pipeline, ...(options.asOf === undefined ? {} : { asOf: options.asOf }) });
  const workplace = openWorkplace();
  const roles = ['pipeline', 'trainer'] as const;
  const engine = { workplace, roles, port: 0, uiPort: 0, report, onLine: report };
  const record = await withEngine(engine, (client) => retrainNow({ client, store: workplace.store, input, report }));
  if (options.json) printJson(record);
  else await showRun(workplace.store, record);
  if (record.status === 'rejected') process.exitCode = exitCodeOf(record.error?.code);
}

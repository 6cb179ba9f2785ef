import { checkRetrainInput } from '../../core/retrainInput.ts';
import { withEngine } from '../../workers/engine.ts';
import { recordedNow } from '../../workers/recordedNow.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { exitCodeOf } from '../failed.ts';
import { printJson, report } from '../output.ts';
import { showRun } from '../showRun.ts';

interface RefreshOptions extends JsonOption {
  readonly asOf?: string;
}

/** Refreshes a pipeline's champion once and shows what came of it; ends with the code of a refresh that was rejected. */
export async function refresh(pipeline: string, { asOf, json }: RefreshOptions): Promise<void> {
  const input = checkRetrainInput({ pipeline, ...(asOf === undefined ? {} : { asOf }) });
  const workplace = openWorkplace();
  const engine = { workplace, roles: ['pipeline'] as const, port: 0, uiPort: 0, report, onLine: report };
  const started = {
    ...({ store: workplace.store, report, workflow: 'refresh', input } as const),
    workflowId: `refresh/${pipeline}/${input.asOf ?? 'newest'}`,
    summary: `${pipeline}, tables of ${input.asOf ?? 'the newest hour'}`,
  };
  const record = await withEngine(engine, (client) => recordedNow({ ...started, client }));
  if (json) printJson(record);
  else await showRun(workplace.store, record);
  if (record.status === 'rejected') process.exitCode = exitCodeOf(record.error?.code);
}

import { checkRetrainInput } from '../../core/retrainInput.ts';
import type { RunRecord } from '../../core/run.ts';
import type { Scorecard } from '../../core/scorecard.ts';
import { scorecardText } from '../../core/scorecardText.ts';
import { getObjectJson } from '../../storage/objects.ts';
import { withEngine } from '../../workers/engine.ts';
import { retrainNow } from '../../workers/retrainNow.ts';
import { openWorkplace, type Workplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { exitCodeOf } from '../failed.ts';
import { print, printJson, report } from '../output.ts';

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
  else await show(workplace, record);
  if (record.status === 'rejected') process.exitCode = exitCodeOf(record.error?.code);
}

async function show(workplace: Workplace, record: RunRecord): Promise<void> {
  if (record.scorecard !== undefined && record.verdict !== undefined) {
    const card = await getObjectJson<Scorecard>(workplace.store, record.scorecard.id);
    print(scorecardText({ ...card, slices: [] }, record.verdict));
  }
  const version = record.version === undefined ? '' : `, version ${record.version}`;
  print(`run ${record.run} ${record.status}${version}: ${record.why}`);
}

import type { RunRecord } from '../../core/run.ts';
import type { Scorecard } from '../../core/scorecard.ts';
import { scorecardText } from '../../core/scorecardText.ts';
import { getObjectJson } from '../../storage/objects.ts';
import type { RunningEngine } from '../../workers/engine.ts';
import { onShutdown } from '../../workers/onShutdown.ts';
import { tellNews } from '../../workers/tellNews.ts';
import { exampleRequest, servingUrl, up as startUp } from '../../workers/up.ts';
import { openWorkplace, type Workplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { exitCodeOf, failed } from '../failed.ts';
import { print, printJson, report } from '../output.ts';
import { portOf } from '../portOf.ts';
import { processesOf } from '../processesOf.ts';

interface Options extends JsonOption {
  readonly retrain?: string;
  readonly asOf?: string;
  readonly replay?: string | true;
  readonly from?: string;
  readonly once?: boolean;
  readonly port: string;
  readonly uiPort: string;
  readonly serving: string;
  readonly servingPort: string;
}

/** Starts everything, and goes on until it is stopped. */
export async function up(options: Options): Promise<void> {
  const workplace = openWorkplace();
  let engine: RunningEngine | undefined;
  let stopNews = (): void => undefined;
  const steps = () => [
    { name: 'news', stop: async () => stopNews() },
    { name: 'engine', stop: async () => engine?.stop(), kill: () => engine?.kill() },
  ];
  const shutdown = onShutdown({ report, steps });
  const onEngine = (running: RunningEngine): void => {
    engine = running;
  };
  const started = await startUp({ workplace, ...settingsOf(options), report, onEngine }).catch((error: unknown) => {
    if (shutdown.begun()) return undefined;
    shutdown.dispose();
    throw error;
  });
  if (started === undefined) return;
  await tell(workplace, options, started.record, started.engine.uiUrl);
  const code = started.record?.status === 'rejected' ? exitCodeOf(started.record.error?.code) : 0;
  if (options.once) return shutdown.now(code);
  report('serving until Ctrl-C');
  started.engine.givenUp.catch(async (error: unknown) => shutdown.now(await failed(error)));
  stopNews = await tellNews(workplace.store, started.pipelines, report);
}

function settingsOf({ retrain, asOf, replay, from, port, uiPort, serving, servingPort }: Options) {
  const first =
    retrain === undefined ? {} : { retrain: { pipeline: retrain, ...(asOf === undefined ? {} : { asOf }) } };
  const pace = replay === undefined ? {} : { replayEvery: replay === true ? '1 minute' : replay };
  return {
    ports: {
      temporal: portOf(port, '--port'),
      ui: portOf(uiPort, '--ui-port'),
      serving: portOf(servingPort, '--serving-port'),
    },
    servingProcesses: processesOf(serving, '--serving'),
    ...first,
    ...pace,
    ...(from === undefined ? {} : { from }),
  };
}

async function tell(
  workplace: Workplace,
  options: Options,
  record: RunRecord | undefined,
  uiUrl: string | null,
): Promise<void> {
  const url = options.retrain === undefined ? undefined : await servingUrl(workplace, options.retrain);
  if (options.json) return printJson({ record: record ?? null, serving: url ?? null, ui: uiUrl });
  if (record?.scorecard !== undefined && record.verdict !== undefined) {
    const card = await getObjectJson<Scorecard>(workplace.store, record.scorecard.id);
    print(scorecardText({ ...card, slices: [] }, record.verdict));
  }
  if (url !== undefined && options.retrain !== undefined)
    print(`\nTry it:\n  ${await exampleRequest(workplace, options.retrain, url)}`);
  if (uiUrl !== null) print(`\nTemporal's Web UI: ${uiUrl}`);
}

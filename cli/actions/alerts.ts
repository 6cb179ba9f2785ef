import type { Alert, AlertStanding, Silence } from '../../core/alert.ts';
import { alertEventText, alertStateText } from '../../core/alertText.ts';
import { WhetError } from '../../core/errors.ts';
import { isInForce, matchText } from '../../core/silences.ts';
import { requireWatched } from '../../monitoring/sayToAlerts.ts';
import { alertStanding, readAlertLog } from '../../registry/alertLog.ts';
import { watchedPipelines } from '../../registry/watchStanding.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { print, printJson, printTable } from '../output.ts';

interface AlertsOptions extends JsonOption {
  readonly all?: boolean;
}

/** Shows what fires, by the store alone; with `all`, the log of one pipeline. Throws `pipeline.unknown`, `ledger.broken`. */
export async function alerts(pipeline: string | undefined, { all, json }: AlertsOptions): Promise<void> {
  const { store } = openWorkplace();
  if (all) return showLog(store, pipeline, json);
  const names = pipeline === undefined ? await watchedPipelines(store) : [pipeline];
  if (pipeline !== undefined) await requireWatched(store, pipeline);
  const open = await Promise.all(names.map(async (name) => openOf(name, await alertStanding(store, name))));
  if (json) return printJson(open);
  showOpen(open);
}

/** What is open of one pipeline, for people and as JSON. */
export interface OpenAlerts {
  readonly pipeline: string;
  readonly alerts: readonly Alert[];
  readonly silences: readonly Silence[];
}

export function openOf(pipeline: string, { alerts: known, silences }: AlertStanding): OpenAlerts {
  const now = new Date().toISOString();
  const firing = known.filter(({ state }) => state === 'firing');
  return { pipeline, alerts: firing, silences: silences.filter((silence) => isInForce(silence, now)) };
}

export function showOpen(open: readonly OpenAlerts[]): void {
  const rows = open.flatMap(({ pipeline, alerts: firing }) =>
    firing.map((alert) => {
      const parts = alert.parts.filter((part) => part.firing).map(({ finding }) => finding.text);
      const said =
        parts.length > 2 ? `${parts.slice(0, 2).join('; ')}; and ${parts.length - 2} more` : parts.join('; ');
      return [pipeline, `${alert.alert}`, alert.rule, alert.severity, alertStateText(alert), alert.firedAt, said];
    }),
  );
  if (rows.length === 0) print('nothing is firing');
  else printTable([['pipeline', 'alert', 'rule', 'severity', 'state', 'since', 'what'], ...rows]);
  for (const { pipeline, silences } of open)
    for (const { silence, match, until, who, why } of silences)
      print(`${pipeline}: silence ${silence} until ${until}, ${matchText(match)}: ${why} (${who})`);
}

async function showLog(store: ObjectStore, pipeline: string | undefined, json: boolean | undefined): Promise<void> {
  if (pipeline === undefined) {
    throw new WhetError('input.invalid', { expected: 'a pipeline with --all', came: 'none', todo: 'Name one.' });
  }
  const log = (await readAlertLog(store, pipeline)).map(({ entry }) => entry);
  if (json) return printJson(log.map(({ standing: _standing, ...entry }) => entry));
  const rows = log.map(({ n, at, event, who, why }) => [`${n}`, at, alertEventText(event), who, why]);
  printTable([['n', 'at', 'event', 'who', 'why'], ...rows]);
}

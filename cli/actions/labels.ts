import { estimateText } from '../../core/estimateText.ts';
import { type HourLabels, type JoinedHour, type LabelJoin, leftOpen, linesCounted } from '../../core/labelJoin.ts';
import type { Plan } from '../../core/plan.ts';
import type { Estimate } from '../../core/scorecard.ts';
import { hourOf, hourStart } from '../../core/time.ts';
import type { DataPorts } from '../../datasets/dataPorts.ts';
import { keptLabels } from '../../monitoring/keptLabels.ts';
import { labelQuality, type VariantQuality } from '../../monitoring/labelQuality.ts';
import { sourceLabels } from '../../monitoring/sourceLabels.ts';
import { openWorkDatabase } from '../../workers/openPorts.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { print, printJson, printTable, report } from '../output.ts';
import { planOfPipeline } from '../planOfPipeline.ts';

interface LabelsOptions extends JsonOption {
  readonly from?: string;
  readonly to?: string;
  readonly fromSource?: boolean;
}

/** Joins the labels that came since the last time, and tells what became of them. Throws `version.unknown`, `input.invalid`. */
export async function labels(pipeline: string, options: LabelsOptions): Promise<void> {
  const workplace = openWorkplace();
  const plan = await planOfPipeline(workplace.store, pipeline);
  const isAsked = within(options.from, options.to);
  const database = await openWorkDatabase(workplace);
  try {
    const ports = { store: workplace.store, folder: workplace.folder, database };
    const join = await joined(ports, plan, isAsked, options.fromSource === true);
    const asked = askedHours(join, isAsked);
    const now = Date.now();
    const hours = asked.map(([hour, { counts }]) => ({
      ...{ hour, ...counts },
      ...leftOpen(hour, counts, plan.label.settlesWithinMs, now),
    }));
    const versions = await labelQuality(ports, Object.fromEntries(asked));
    const came = linesCounted(join);
    if (options.json) return printJson({ pipeline, labels: came, hours, unplaced: join.unplaced, versions });
    show(hours, join.unplaced, versions);
    print(`${came} labels came, each counted once above.`);
  } finally {
    database.close();
  }
}

async function joined(
  ports: DataPorts,
  plan: Plan,
  isAsked: (hour: string) => boolean,
  fromSource: boolean,
): Promise<LabelJoin> {
  const { pipeline, contract, label } = plan;
  const request = { pipeline, eventTime: contract.eventTime, settlesWithinMs: label.settlesWithinMs };
  report(`Joining the labels of ${pipeline}.`);
  const join = await keptLabels(ports, request);
  if (!fromSource) return join;
  const asked = askedHours(join, isAsked).map(([, hour]) => hour);
  const { hours, labels: found, ambiguous } = await sourceLabels(ports, plan, asked, Date.now());
  report(
    `${found} labels of ${hours.length} hours of the source, ${ambiguous} rows left out whose key is not theirs alone.`,
  );
  return keptLabels(ports, request);
}

function askedHours({ hours }: LabelJoin, isAsked: (hour: string) => boolean): [string, JoinedHour][] {
  return Object.entries(hours)
    .filter(([hour]) => isAsked(hour))
    .sort();
}

/** Hours as text are in the order of time. */
function within(from: string | undefined, to: string | undefined): (hour: string) => boolean {
  const first = from === undefined ? '' : hourOf(hourStart(from, '--from'));
  const end = to === undefined ? undefined : hourOf(hourStart(to, '--to'));
  return (hour) => hour >= first && (end === undefined || hour < end);
}

const columns = [
  ...(['predictions', 'settled', 'open', 'missing'] as const),
  ...(['early', 'late', 'corrected', 'beside', 'twice', 'ambiguous', 'future'] as const),
];

type ShownHour = HourLabels & { readonly hour: string; readonly open: number; readonly missing: number };

function show(hours: readonly ShownHour[], unplaced: LabelJoin['unplaced'], versions: readonly VariantQuality[]): void {
  printTable([['hour', ...columns], ...hours.map((hour) => [hour.hour, ...columns.map((name) => String(hour[name]))])]);
  print(
    `Of no prediction in the log: ${unplaced.unknown} unknown, ${unplaced.future} from the future, ${unplaced.twice} again.`,
  );
  const cells = versions.map(({ version, variant, rows, settled, ...quality }) => [
    ...[String(version), variant, String(rows), String(settled)],
    ...[quality.errorRate, quality.logLoss, quality.auc].map(cell),
  ]);
  printTable([['version', 'variant', 'rows', 'settled', 'error rate', 'log loss', 'auc'], ...cells]);
}

function cell(estimate: Estimate | null): string {
  return estimate === null ? '' : estimateText(estimate);
}

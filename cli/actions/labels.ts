import { estimateText } from '../../core/estimateText.ts';
import { type HourLabels, type LabelJoin, leftOpen } from '../../core/labelJoin.ts';
import type { Estimate } from '../../core/scorecard.ts';
import { hourOf, hourStart } from '../../core/time.ts';
import { keptLabels } from '../../monitoring/keptLabels.ts';
import { labelQuality, type VariantQuality } from '../../monitoring/labelQuality.ts';
import { openWorkDatabase } from '../../workers/openPorts.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { print, printJson, printTable, report } from '../output.ts';
import { planOfPipeline } from '../planOfPipeline.ts';

interface LabelsOptions extends JsonOption {
  readonly from?: string;
  readonly to?: string;
}

/** Joins the labels that came since the last time, and tells what became of them. Throws `version.unknown`, `input.invalid`. */
export async function labels(pipeline: string, { from, to, json }: LabelsOptions): Promise<void> {
  const workplace = openWorkplace();
  const { contract, label } = await planOfPipeline(workplace.store, pipeline);
  const isAsked = within(from, to);
  const database = await openWorkDatabase(workplace);
  try {
    const ports = { store: workplace.store, database };
    const { settlesWithinMs } = label;
    report(`Joining the labels of ${pipeline}.`);
    const join = await keptLabels(ports, { pipeline, eventTime: contract.eventTime, settlesWithinMs });
    const asked = Object.entries(join.hours)
      .filter(([hour]) => isAsked(hour))
      .sort();
    const hours = asked.map(([hour, { counts }]) => ({
      hour,
      ...counts,
      ...leftOpen(hour, counts, settlesWithinMs, Date.now()),
    }));
    const versions = await labelQuality(ports, Object.fromEntries(asked));
    if (json) return printJson({ pipeline, hours, unplaced: join.unplaced, versions });
    show(hours, join.unplaced, versions);
  } finally {
    database.close();
  }
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

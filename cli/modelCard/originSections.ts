import { canonicalJson } from '../../core/canonicalJson.ts';
import { decimals } from '../../core/decimals.ts';
import { learnerName } from '../../core/learnerName.ts';
import type { FeatureImportance } from '../../core/scorecard.ts';
import { hourStart } from '../../core/time.ts';
import { runWindow } from '../../core/window.ts';
import type { CardFacts } from './cardFacts.ts';
import { tableOf } from './markup.ts';

export function dataOf({ plan, card, package: held }: CardFacts): string {
  const { train, validate, test, cutoff } = runWindow(plan, hourStart(card.asOf));
  const rows = held?.lineage.rows;
  const line = (
    name: string,
    hours: readonly string[],
    end: string | undefined,
    count: number | undefined,
  ): string[] => [name, `${hours[0]} to ${end}`, count === undefined ? 'unknown' : String(count)];
  return tableOf(
    `Rows of the contract ${plan.contract.id} ${plan.contract.version}, by ${plan.contract.eventTime}, in hours UTC`,
    ['part', 'from and before', 'rows'],
    [
      line('train', train, validate[0], rows?.train),
      line('validate', validate, test[0], rows?.validate),
      line('test', test, cutoff, card.rows),
    ],
  );
}

export function featuresOf({ plan, card }: CardFacts): string {
  const worth = new Map(card.importance?.features.map((each) => [each.feature, each]));
  const rows = plan.features.map(({ name, kind, ...rest }) => [
    name,
    kind,
    canonicalJson(rest),
    shuffled(worth.get(name)),
  ]);
  return tableOf('What the model reads', ['feature', 'kind', 'made of', 'log loss rises by, shuffled'], rows);
}

function shuffled(worth: FeatureImportance | undefined): string {
  return worth === undefined ? 'unknown' : decimals(worth.logLoss.mean);
}

export function lineageOf({ record, card, plan, package: held }: CardFacts): string {
  const { measured } = card;
  const { lineage, candidate } = held ?? {};
  const facts: [string, string | undefined][] = [
    ['run', record.run],
    ['plan', record.plan],
    ['package', record.package],
    ['model', record.digest],
    ['snapshot', lineage?.snapshot],
    ['matrix', lineage?.matrix],
    ['trial', lineage?.trial],
    ['learner', candidate && `${learnerName(candidate)} ${canonicalJson(candidate.parameters)}`],
    ['backend', lineage?.backend],
    ['seed', String(lineage?.seed ?? plan.search.seed)],
    ['code versions', lineage?.code && canonicalJson(lineage.code)],
    ['size', measured && `model ${measured.modelBytes} bytes, package ${measured.packageBytes} bytes`],
    [
      'one row',
      measured && `${micros(measured.scoringMs.p50)}, p99 ${micros(measured.scoringMs.p99)}, by '${measured.scorer}'`,
    ],
  ];
  const known = facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  return tableOf('Where it comes from', ['what', 'which'], known);
}

function micros(ms: number): string {
  return `${(1_000 * ms).toPrecision(2)} µs`;
}

/** What the person says, and what follows from how it was made. */
export function limitsOf({ plan, card }: CardFacts): string[] {
  const { train, cutoff } = runWindow(plan, hourStart(card.asOf));
  const recent = plan.features.filter((feature) => 'overMs' in feature).map(({ name }) => name);
  return [
    ...(plan.scorecard.about?.limits === undefined ? [] : [plan.scorecard.about.limits]),
    `It was learned from and judged on rows from ${train[0]} to ${cutoff} UTC, and knows nothing of others.`,
    ...(recent.length === 0
      ? []
      : [
          `${recent.join(', ')} read${recent.length === 1 ? 's' : ''} tables that end at ${card.asOf}: the older they are, the worse its scores.`,
        ]),
    `Intervals take the ${card.hours} test hours for a sample: they say nothing of what changes later.`,
    'What a feature is worth says what the model leans on, not what causes what.',
  ];
}

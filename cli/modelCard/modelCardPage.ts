import type { CardFacts } from './cardFacts.ts';
import { chartsOf } from './chartsOf.ts';
import { figuresOf } from './figuresOf.ts';
import { htmlPage } from './htmlPage.ts';
import { escaped, listOf, paragraph, sectionOf, tableOf } from './markup.ts';
import { metricsOf, profilesOf, rivalsOf, slicesOf } from './metricSections.ts';
import { dataOf, featuresOf, limitsOf, lineageOf } from './originSections.ts';

/**
 * A version's scorecard as a page, which is also its model card (Mitchell et al. 2019): what it is and is for, the data,
 * metrics with intervals and curves, slices, the gate's reasons, features, lineage. One file that asks for nothing else
 * and runs nothing; every drawing has its numbers beside it.
 */
export async function modelCardPage(facts: CardFacts): Promise<string> {
  const { plan, record, card } = facts;
  const title = `${plan.pipeline}, version ${record.version}`;
  const sections = [
    sectionOf('What it is', paragraph(answersText(facts)), aboutOf(facts)),
    sectionOf('Verdict', verdictOf(facts)),
    sectionOf('Metrics', metricsOf(card), profilesOf(card.profiles ?? [])),
    sectionOf('Curves', await figuresOf(chartsOf(card, plan.answer))),
    ...rivalsOf(card),
    sectionOf('Slices', slicesOf(card.slices)),
    sectionOf('Data', dataOf(facts)),
    sectionOf('Features', featuresOf(facts)),
    sectionOf('Lineage', lineageOf(facts)),
    sectionOf('Limits', listOf(limitsOf(facts))),
  ];
  return htmlPage(title, subtitleOf(facts), sections);
}

function subtitleOf({ record, aliases }: CardFacts): string {
  const named = aliases.length === 0 ? 'no name points at it' : aliases.join(', ');
  return `As of ${record.asOf} UTC; ${named}; model ${record.digest.slice(0, 12)}.`;
}

function answersText({ plan, card }: CardFacts): string {
  const { label, answer, contract } = plan;
  const rule = `${label.from.column} ${label.from.is} ${label.from.value}`;
  const text = `For a row of ${contract.id} it gives the chance of ${label.name} (${rule}), from 0 to 1.`;
  if (card.threshold === undefined) return text;
  return `${text} From a score of ${card.threshold.toFixed(4)} on it answers '${answer.positive}', else '${answer.negative}'.`;
}

function aboutOf({ plan }: CardFacts): string {
  return paragraph(plan.scorecard.about?.purpose ?? '');
}

function verdictOf({ record: { verdict } }: CardFacts): string {
  const rows = verdict.reasons.map(({ rule, outcome, text }) => [rule, outcome, text]);
  const table =
    rows.length === 0
      ? paragraph('The gate has no rules.')
      : tableOf('The rules of the gate', ['rule', 'outcome', 'why'], rows);
  return `<p class="verdict">The gate: ${escaped(verdict.outcome)}</p>${table}`;
}

import { scorecardText } from '../../core/scorecardText.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { cardFacts } from '../modelCard/cardFacts.ts';
import { print, printJson } from '../output.ts';
import { writeNew } from '../writeNew.ts';

/** Shows a version's scorecard; the champion's when none is named. Throws `version.unknown`, `input.invalid`. */
export async function scorecard(
  pipeline: string,
  version: string | undefined,
  { json, html }: JsonOption & { readonly html?: string },
): Promise<void> {
  const facts = await cardFacts(openWorkplace().store, pipeline, version ?? 'champion');
  const { card, record } = facts;
  // Loaded for a page alone: Vega takes a third of a second.
  if (html !== undefined) {
    const { modelCardPage } = await import('../modelCard/modelCardPage.ts');
    await writeNew(html, await modelCardPage(facts), '--html');
  }
  if (json) return printJson({ version: record.version, scorecard: card, verdict: record.verdict });
  if (html === undefined) print(scorecardText(card, record.verdict));
}

import type { Scorecard } from '../../core/scorecard.ts';
import { scorecardText } from '../../core/scorecardText.ts';
import { findVersion } from '../../registry/versions.ts';
import { getObjectJson } from '../../storage/objects.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { print, printJson } from '../output.ts';

/** Shows a version's scorecard; the champion's when none is named. */
export async function scorecard(pipeline: string, version: string | undefined, { json }: JsonOption): Promise<void> {
  const { store } = openWorkplace();
  const record = await findVersion(store, pipeline, version ?? 'champion');
  const card = await getObjectJson<Scorecard>(store, record.scorecard);
  if (json) return printJson({ version: record.version, scorecard: card, verdict: record.verdict });
  print(scorecardText(card, record.verdict));
}

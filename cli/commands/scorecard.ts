import type { Command } from 'commander';
import type { Scorecard } from '../../core/scorecard.ts';
import { scorecardText } from '../../core/scorecardText.ts';
import { findVersion } from '../../registry/versions.ts';
import { getObjectJson } from '../../storage/objects.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import { command, type JsonOption } from '../command.ts';
import { print, printJson } from '../output.ts';

export function scorecardCommand(): Command {
  const text = "Shows a version's scorecard and the gate's reasons; the champion's when no version is named.";
  return command('scorecard <pipeline> [version]', text, 'whet scorecard flight-delays 3').action(scorecard);
}

async function scorecard(pipeline: string, version: string | undefined, { json }: JsonOption): Promise<void> {
  const { store } = openWorkplace();
  const record = await findVersion(store, pipeline, version ?? 'champion');
  const card = await getObjectJson<Scorecard>(store, record.scorecard);
  if (json) return printJson({ version: record.version, scorecard: card, verdict: record.verdict });
  print(scorecardText(card, record.verdict));
}

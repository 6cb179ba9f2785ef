import { type Look, worstFirst } from '../../core/look.ts';
import { findingLines, lookText } from '../../core/lookText.ts';
import { requireJson } from '../../storage/objects.ts';
import { withEngine } from '../../workers/engine.ts';
import { lookNow } from '../../workers/lookNow.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { print, printJson, report } from '../output.ts';

/** Looks at a pipeline now, and tells what was found. Throws `pipeline.unknown`. */
export async function look(pipeline: string, { json }: JsonOption): Promise<void> {
  const workplace = openWorkplace();
  const engine = { workplace, roles: ['pipeline'] as const, port: 0, uiPort: 0, report, onLine: report };
  const watched = await withEngine(engine, (client) => lookNow(client, pipeline));
  const taken = await requireJson<Look>(workplace.store, watched.look);
  if (json) return printJson({ ...watched, findings: taken.findings });
  print(`${pipeline}, ${taken.at}: ${lookText({ champion: taken.champion, counts: watched.counts })}`);
  for (const line of findingLines(worstFirst(taken.findings))) print(line);
  print(`retrain: ${watched.retrain}`);
}

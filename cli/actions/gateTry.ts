import { resolve } from 'node:path';
import { pastCandidates } from '../../activities/pastCandidates.ts';
import { WhetError } from '../../core/errors.ts';
import { ruleText } from '../../core/ruleText.ts';
import { tryGate } from '../../core/tryGate.ts';
import { loadCatalogue, loadMeasures, loadRules } from '../../workers/catalogue.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { print, printJson, printTable } from '../output.ts';

interface TryOptions extends JsonOption {
  readonly rules?: string;
  readonly over: string;
}

/** Judges past candidates by other rules, against the champions that were. Throws `pipeline.unknown`, `input.invalid`. */
export async function gateTry(pipeline: string, { rules: file, over, json }: TryOptions): Promise<void> {
  const workplace = openWorkplace();
  const plan = (await loadCatalogue(workplace.folder)).get(pipeline);
  if (plan === undefined) throw unknown(pipeline);
  const rules = file === undefined ? plan.gate : await loadRules(resolve(file));
  const own = (await loadMeasures(workplace.folder)).get(pipeline) ?? {};
  const past = await pastCandidates(workplace.store, pipeline, { rules, over: countOf(over), own });
  const tried = tryGate(rules, past, plan.window.testMs);
  const changed = tried.filter(({ before, now }) => now !== null && now !== before);
  const open = tried.filter(({ now }) => now === null);
  const counts = { candidates: tried.length, changed: changed.length, notRecomputed: open.length };
  if (json) return printJson({ pipeline, rules: rules.map(ruleText), ...counts, verdicts: tried });
  const shown = [...changed, ...open].sort((a, b) => a.version - b.version);
  if (shown.length > 0) {
    const cells = shown.map((one) => [`${one.version}`, one.asOf, one.before, one.now ?? 'cannot be told', one.why]);
    printTable([['version', 'as of', 'was', 'would be', 'why'], ...cells]);
  }
  print(
    `${counts.candidates} candidates, each against the champion that was: ${counts.changed} verdicts change, ${counts.notRecomputed} cannot be told`,
  );
}

function countOf(text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new WhetError('input.invalid', { expected: 'a whole number from 1 for --over', came: `'${text}'` });
}

function unknown(pipeline: string): WhetError {
  return new WhetError('pipeline.unknown', { expected: 'a pipeline of pipelines/', came: `'${pipeline}'` });
}

import { userInfo } from 'node:os';
import { WhetError } from '../../core/errors.ts';
import type { ReleaseWord } from '../../core/releaseMessages.ts';
import { type ReleaseStanding, releaseStanding } from '../../registry/releaseStanding.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { withEngine } from '../../workers/engine.ts';
import { type RolloutListener, releaseDecision } from '../../workers/releaseDecision.ts';
import { sayToRelease } from '../../workers/sayToRelease.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { print, printJson, report } from '../output.ts';
import { requirePipeline } from '../requirePipeline.ts';

interface PersonOptions extends JsonOption {
  readonly who?: string;
  readonly why?: string;
  /** For an approval. */
  readonly role?: string;
  readonly digest?: string;
  readonly anew?: boolean;
}

/** What a person decides about a version, in the ledger: one action for each word. Throws `pipeline.unknown`. */
export function decideRelease(word: Exclude<ReleaseWord, 'traffic' | 'pause' | 'resume'>) {
  return (pipeline: string, version: string | undefined, options: PersonOptions): Promise<void> =>
    say(word, pipeline, versionOf(version), options);
}

/** What a person decides about all releases of a pipeline. */
export function pauseRelease(word: 'pause' | 'resume') {
  return (pipeline: string, options: PersonOptions): Promise<void> => say(word, pipeline, {}, options);
}

async function say(
  word: ReleaseWord,
  pipeline: string,
  about: { readonly version?: number },
  { who = userInfo().username, why = 'no reason given', json, ...others }: PersonOptions,
): Promise<void> {
  const workplace = openWorkplace();
  const before = await releaseStanding(workplace.store, pipeline, Date.now());
  if (before.last === null) await requirePipeline(workplace, pipeline);
  const engine = { workplace, roles: ['pipeline'] as const, port: 0, uiPort: 0, report, onLine: report };
  const answer = await withEngine(engine, async (client) => {
    const { version } = await sayToRelease(client, pipeline, word, { ...about, ...others, who, why });
    const goesBack = word === 'rollback' && about.version === undefined;
    const told = { store: workplace.store, before, word, version, goesBack, listener: { client, report } };
    return { version, decision: await decisionOn(told) };
  });
  if (json) printJson(answer);
  else print(answer.decision);
}

interface Told {
  readonly store: ObjectStore;
  /** Where the release stood before the word. */
  readonly before: ReleaseStanding;
  readonly word: ReleaseWord;
  readonly version: number | null;
  /** A rollback that names no version. */
  readonly goesBack: boolean;
  readonly listener: RolloutListener;
}

/** What came of a word, waited for: an engine that was started for it must not end before. */
async function decisionOn({ store, before, word, version, goesBack, listener }: Told): Promise<string> {
  const { pipeline, candidate } = before;
  const decision = (of: number) => releaseDecision(store, pipeline, of, before.last?.n ?? 0, listener, goesBack);
  if (word === 'pause') return `releases of ${pipeline} are paused`;
  if (word === 'approve' && before.routing?.version === version)
    return `version ${version} is approved; it answers already`;
  if (word === 'approve' && candidate?.version !== version)
    return `version ${version} is approved: whet promote ${pipeline} ${version} rolls it out once it lacks nobody`;
  if (version !== null) return decision(version);
  return candidate === null ? `releases of ${pipeline} are resumed` : decision(candidate.version);
}

function versionOf(text: string | undefined): { version?: number } {
  if (text === undefined) return {};
  const version = Number(text.replace(/^v/, ''));
  if (Number.isInteger(version) && version > 0) return { version };
  const todo = 'Name it by its number, such as 3: whet versions PIPELINE lists them.';
  throw new WhetError('input.invalid', { expected: 'the number of a version', came: `'${text}'`, todo });
}

import { userInfo } from 'node:os';
import { missingText } from '../../core/approvals.ts';
import { WhetError } from '../../core/errors.ts';
import type { ReleaseWord } from '../../core/releaseMessages.ts';
import { headOf } from '../../registry/ledger.ts';
import { releaseStanding } from '../../registry/releaseStanding.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { withEngine } from '../../workers/engine.ts';
import { releaseDecision } from '../../workers/releaseDecision.ts';
import { sayToRelease } from '../../workers/sayToRelease.ts';
import { openWorkplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { print, printJson, report } from '../output.ts';

interface PersonOptions extends JsonOption {
  readonly who?: string;
  readonly why?: string;
  /** For an approval. */
  readonly role?: string;
  readonly digest?: string;
  readonly anew?: boolean;
}

/** What a person decides about a version, in the ledger: one action for each word. */
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
  const before = (await headOf(workplace.store, pipeline))?.n ?? 0;
  const engine = { workplace, roles: ['pipeline'] as const, port: 0, uiPort: 0, report, onLine: report };
  const answer = await withEngine(engine, async (client) => {
    const told = await sayToRelease(client, pipeline, word, { ...about, ...others, who, why });
    return { ...told, decision: await decisionOn(workplace.store, pipeline, word, told.version, before) };
  });
  if (json) printJson(answer);
  else print(answer.decision);
}

async function decisionOn(
  store: ObjectStore,
  pipeline: string,
  word: ReleaseWord,
  version: number | null,
  before: number,
): Promise<string> {
  if (version === null) return `releases of ${pipeline} are ${word === 'pause' ? 'paused' : 'resumed'}`;
  if (word !== 'approve') return releaseDecision(store, pipeline, version, before);
  const { candidate, paused } = await releaseStanding(store, pipeline, Date.now());
  if (candidate?.version !== version)
    return `version ${version} approved: whet promote ${pipeline} ${version} rolls it out`;
  const missing = missingText(candidate.approvals.missing);
  if (missing !== '') return `version ${version} approved; it waits for ${missing}`;
  if (paused !== null) return `version ${version} approved; it waits until ${paused.who}'s pause ends: ${paused.why}`;
  return `version ${version} approved by all: it is rolled out, and whet ledger ${pipeline} tells what comes of it`;
}

function versionOf(text: string | undefined): { version?: number } {
  if (text === undefined) return {};
  const version = Number(text.replace(/^v/, ''));
  if (Number.isInteger(version) && version > 0) return { version };
  throw new WhetError('input.invalid', { expected: 'the number of a version', came: `'${text}'` });
}

import { type ApprovalWord, type MissingApproval, missingText } from './approvals.ts';
import { WhetError } from './errors.ts';
import type { VersionRecord } from './ledger.ts';

/** What a run hands in: everything of a version but its number. */
export type ReleaseCandidate = Omit<VersionRecord, 'version'>;

export interface SubmitInput {
  readonly pipeline: string;
  readonly candidate: ReleaseCandidate;
}

/** A person's word on a version: `{ "version": 3, "who": "ana", "why": "looks right" }`. */
export interface PersonInput {
  readonly version?: number;
  readonly who?: string;
  readonly why?: string;
}

/** A person's approval: `{ "version": 3, "who": "ana", "role": "risk", "why": "looks right" }`. */
export interface ApprovalInput extends ApprovalWord {
  readonly version: number;
  readonly why: string;
}

/** A person's word on the whole pipeline: `{ "who": "ana", "why": "the shop is on sale" }`. */
export type PauseInput = Pick<PersonInput, 'who' | 'why'>;

/** What a person may say to a release. */
export const releaseWords = [
  'approve',
  'reject',
  'promote',
  'rollback',
  'reference',
  'traffic',
  'pause',
  'resume',
] as const;
export type ReleaseWord = (typeof releaseWords)[number];

/** A change of who answers that waits for its rollout. */
export interface RolloutRequest {
  readonly pipeline: string;
  readonly version: number;
  readonly event: 'promoted' | 'rolled back';
  readonly who: string;
  readonly why: string;
  /** A run's candidate goes through the steps of its plan; what a person orders is done at once. */
  readonly bySteps?: true;
  /** The champion's own weights with newer tables: whoever turns the champion down means these as well. */
  readonly refresh?: true;
}

export interface RolloutResult {
  readonly outcome: 'live' | 'failed' | 'inconclusive';
  /** One sentence. */
  readonly why: string;
}

/** What the release of a pipeline is at. */
export interface ReleaseState {
  readonly pipeline: string;
  readonly underway: RolloutRequest | null;
  /** A person's word: it goes before any candidate, and the last word counts. */
  readonly ordered: RolloutRequest | null;
  /** The candidate of the newest hour. */
  readonly waiting: WaitingCandidate | null;
  /** The newest refresh of the champion: it goes when no candidate does. Left out where none waits. */
  readonly refresh?: WaitingCandidate | undefined;
  /** While it is set no candidate is rolled out, and the rollout under way holds at its step. */
  readonly paused: Pause | null;
  readonly last: (RolloutRequest & RolloutResult) | null;
}

export interface WaitingCandidate {
  readonly version: number;
  readonly candidate: ReleaseCandidate;
  /** Whose approvals it waits for; left out where nobody's. */
  readonly missing?: readonly MissingApproval[];
}

/** Who paused a pipeline's releases, why, and since when (ISO time, UTC). */
export interface Pause {
  readonly who: string;
  readonly why: string;
  readonly at: string;
}

/**
 * What is rolled out next: a person's word, else the candidate, unless it lacks approvals, else a refresh. Paused, only a
 * rollback.
 */
export function nextTurn({
  ordered,
  waiting,
  refresh,
  paused,
}: Pick<ReleaseState, 'ordered' | 'waiting' | 'refresh' | 'paused'>):
  | { readonly ordered: RolloutRequest }
  | { readonly candidate: WaitingCandidate }
  | null {
  if (ordered !== null && (ordered.event === 'rolled back' || paused === null)) return { ordered };
  if (paused !== null) return null;
  if (waiting !== null && (waiting.missing ?? []).length === 0) return { candidate: waiting };
  return refresh === undefined ? null : { candidate: refresh };
}

/** For people: what the release waits for while nothing is under way. */
export function waitingText({ waiting, paused }: Pick<ReleaseState, 'waiting' | 'paused'>): string {
  const held = paused === null ? '' : `paused by ${paused.who}: ${paused.why}`;
  const missing = missingText(waiting?.missing ?? []);
  const lacks = missing === '' ? '' : `version ${waiting?.version} waits for approvals: ${missing}`;
  return [held, lacks].filter((text) => text !== '').join('; ') || 'waiting for a candidate or a word';
}

/** Which of two candidates waits on, and which goes: the older hour; of one hour the one that came first. */
export function newerOf(
  held: WaitingCandidate | null,
  newcomer: WaitingCandidate,
): { readonly waiting: WaitingCandidate; readonly displaced: WaitingCandidate | null } {
  if (held === null || held.version === newcomer.version) return { waiting: newcomer, displaced: null };
  const isOlder = newcomer.candidate.asOf < held.candidate.asOf;
  return isOlder ? { waiting: held, displaced: newcomer } : { waiting: newcomer, displaced: held };
}

/** Refuses to promote while the release is paused. Throws `release.paused`. */
export function checkNotPaused(event: RolloutRequest['event'], paused: Pause | null): void {
  if (event !== 'promoted' || paused === null) return;
  const came = `a pause by ${paused.who} since ${paused.at}: ${paused.why}`;
  throw new WhetError('release.paused', { expected: 'a release that is not paused', came });
}

/** Checks a person's word as it came, from the command or the Web UI; all but `rollback` name the version. Throws `input.invalid`. */
export function checkPersonInput(input: unknown, { needsVersion }: { readonly needsVersion: boolean }): PersonInput {
  const fields = fieldsOf(input, needsVersion ? undefined : {}, personExample);
  requireNames(fields, ['version', 'who', 'why'], personExample);
  if (needsVersion || fields.version !== undefined) requireVersion(fields, personExample);
  requireTexts(fields, ['who', 'why'], personExample, { mayMiss: true });
  return input === undefined ? {} : (input as PersonInput);
}

/** Checks an approval as it came: who, role and why are needed. Throws `input.invalid`. */
export function checkApprovalInput(input: unknown): ApprovalInput {
  const fields = fieldsOf(input, undefined, approvalExample);
  requireNames(fields, ['version', 'who', 'role', 'why', 'digest', 'anew'], approvalExample);
  requireVersion(fields, approvalExample);
  requireTexts(fields, ['who', 'role', 'why'], approvalExample, { mayMiss: false });
  requireTexts(fields, ['digest'], approvalExample, { mayMiss: true });
  if (fields.anew !== undefined && typeof fields.anew !== 'boolean')
    throw refused("true or false in 'anew'", textOf(fields.anew), approvalExample);
  return input as ApprovalInput;
}

/** Checks the word that pauses or resumes. Throws `input.invalid`. */
export function checkPauseInput(input: unknown): PauseInput {
  const fields = fieldsOf(input, {}, pauseExample);
  requireNames(fields, ['who', 'why'], pauseExample);
  requireTexts(fields, ['who', 'why'], pauseExample, { mayMiss: true });
  return input === undefined ? {} : (input as PauseInput);
}

/** Checks what a run hands in to the release of `pipeline`. Throws `input.invalid`. */
export function checkSubmitInput(input: unknown, pipeline: string): SubmitInput {
  const { pipeline: named, candidate } = fieldsOf(input, undefined, submitExample);
  if (named !== pipeline) throw refused(`the pipeline '${pipeline}' in 'pipeline'`, textOf(named), submitExample);
  const { digest, asOf, verdict } = fieldsOf(candidate, undefined, submitExample);
  if (typeof digest !== 'string' || typeof asOf !== 'string' || typeof verdict !== 'object' || verdict === null)
    throw refused("a candidate's 'digest', 'asOf' and 'verdict'", textOf(candidate), submitExample);
  return input as SubmitInput;
}

const personExample = 'Send for example {"version": 3, "who": "ana", "why": "looks right"}.';
const approvalExample = 'Send for example {"version": 3, "who": "ana", "role": "risk", "why": "looks right"}.';
const pauseExample = 'Send for example {"who": "ana", "why": "the shop is on sale"}.';
const submitExample = 'Candidates come from runs: start "retrain" with {"pipeline": "flight-delays"}.';

function fieldsOf(input: unknown, missing: object | undefined, example: string): Record<string, unknown> {
  const value = input ?? missing;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw refused('an object', textOf(input), example);
}

function requireNames(fields: Record<string, unknown>, names: readonly string[], example: string): void {
  const extra = Object.keys(fields).find((name) => !names.includes(name));
  if (extra === undefined) return;
  const listed = names.map((name) => `'${name}'`);
  throw refused(
    `the fields ${listed.slice(0, -1).join(', ')} and ${listed.at(-1)}`,
    `a field ${textOf(extra)}`,
    example,
  );
}

function requireVersion({ version }: Record<string, unknown>, example: string): void {
  if (Number.isSafeInteger(version) && Number(version) > 0) return;
  throw refused("the number of a version in 'version'", textOf(version), example);
}

function requireTexts(
  fields: Record<string, unknown>,
  names: readonly string[],
  example: string,
  { mayMiss }: { readonly mayMiss: boolean },
): void {
  for (const name of names) {
    const value = fields[name];
    if (value === undefined && mayMiss) continue;
    if (typeof value !== 'string' || (!mayMiss && value.trim() === ''))
      throw refused(`a text in '${name}'`, textOf(value), example);
  }
}

function refused(expected: string, came: string, todo: string): WhetError {
  return new WhetError('input.invalid', { expected, came, todo });
}

function textOf(value: unknown): string {
  return value === undefined ? 'nothing' : `${JSON.stringify(value)}`;
}

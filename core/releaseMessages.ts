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

/** A change of who answers that waits for its rollout. */
export interface RolloutRequest {
  readonly pipeline: string;
  readonly version: number;
  readonly event: 'promoted' | 'rolled back';
  readonly who: string;
  readonly why: string;
}

export interface RolloutResult {
  readonly outcome: 'live' | 'failed';
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
  readonly last: (RolloutRequest & RolloutResult) | null;
}

export interface WaitingCandidate {
  readonly version: number;
  readonly candidate: ReleaseCandidate;
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

/** Refuses to turn down a version whose rollout is under way. Throws `input.invalid`. */
export function checkNotUnderway(version: number | undefined, underway: RolloutRequest | null): void {
  if (underway === null || underway.version !== version) return;
  const todo = 'Wait until it answers, then send "rollback".';
  throw refused('a version that is not being rolled out', `version ${version}`, todo);
}

/** Checks a person's word as it came, from the command or the Web UI; `promote` and `reject` name the version. Throws `input.invalid`. */
export function checkPersonInput(input: unknown, { needsVersion }: { readonly needsVersion: boolean }): PersonInput {
  const { version, who, why, ...others } = fieldsOf(input, needsVersion ? undefined : {}, personExample);
  const extra = Object.keys(others)[0];
  if (extra !== undefined)
    throw refused("the fields 'version', 'who' and 'why'", `a field ${textOf(extra)}`, personExample);
  const isLeftOut = version === undefined && !needsVersion;
  if (!isLeftOut && !(Number.isSafeInteger(version) && Number(version) > 0))
    throw refused("the number of a version in 'version'", textOf(version), personExample);
  for (const [name, value] of Object.entries({ who, why }))
    if (value !== undefined && typeof value !== 'string')
      throw refused(`a text in '${name}'`, textOf(value), personExample);
  return input === undefined ? {} : (input as PersonInput);
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
const submitExample = 'Candidates come from runs: start "retrain" with {"pipeline": "flight-delays"}.';

function fieldsOf(input: unknown, missing: object | undefined, example: string): Record<string, unknown> {
  const value = input ?? missing;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw refused('an object', textOf(input), example);
}

function refused(expected: string, came: string, todo: string): WhetError {
  return new WhetError('input.invalid', { expected, came, todo });
}

function textOf(value: unknown): string {
  return value === undefined ? 'nothing' : `${JSON.stringify(value)}`;
}

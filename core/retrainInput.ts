import { WhetError } from './errors.ts';
import type { RunTrigger, TriggerKind } from './retrainDecision.ts';
import { type Hour, hourMs, hourOf, hourStart } from './time.ts';

/** What `retrain` takes, from the command, a schedule or the Web UI: `{ "pipeline": "flight-delays" }`. */
export interface RetrainInput {
  readonly pipeline: string;
  /** The hour to stand at; the newest complete hour of the source when left out. */
  readonly asOf?: string;
  /** For data of the past: what hour it is there. */
  readonly replay?: Replay;
  /** What asked for the run; the schedule that started it, else a person, when left out. */
  readonly trigger?: RunTrigger;
}

/** Lets the source's past pass again: it is `from` at `startedAt`, and an hour goes by every `hourLastsMs`. */
export interface Replay {
  readonly from: Hour;
  readonly startedAt: string;
  /** Null: time stands still at `from`. */
  readonly hourLastsMs: number | null;
}

const example =
  'Send for example {"pipeline": "flight-delays"} or {"pipeline": "flight-delays", "asOf": "2001-03-15T12"}.';

/** Checks what a person or a program sent. Throws `input.invalid`. */
export function checkRetrainInput(input: unknown): RetrainInput {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) throw refused('an object', describe(input));
  const { pipeline, asOf, replay, trigger, ...others } = input as Record<string, unknown>;
  const extra = Object.keys(others)[0];
  if (extra !== undefined) throw refused("the fields 'pipeline' and 'asOf'", `a field '${extra}'`);
  if (typeof pipeline !== 'string' || pipeline === '')
    throw refused("the pipeline's id in 'pipeline'", describe(pipeline));
  if (asOf !== undefined && typeof asOf !== 'string') throw refused("an hour as text in 'asOf'", describe(asOf));
  const hour = asOf === undefined ? {} : { asOf: hourOf(hourStart(asOf)) };
  return {
    pipeline,
    ...hour,
    ...(replay === undefined ? {} : { replay: checkReplay(replay) }),
    ...(trigger === undefined ? {} : { trigger: checkTrigger(trigger) }),
  };
}

/** The latest hour that a run without `asOf` may stand at when the real time is `nowMs`. */
export function latestHour(nowMs: number, replay: Replay | undefined): Hour {
  if (replay === undefined) return hourOf(nowMs);
  if (replay.hourLastsMs === null) return replay.from;
  const passed = Math.max(0, Math.floor((nowMs - Date.parse(replay.startedAt)) / replay.hourLastsMs));
  return hourOf(hourStart(replay.from, 'replay.from') + passed * hourMs);
}

/** What time it is in the source's data when the real time is `nowMs`, milliseconds UTC. */
export function sourceTimeMs(nowMs: number, replay: Replay | undefined): number {
  if (replay === undefined) return nowMs;
  const from = hourStart(replay.from, 'replay.from');
  if (replay.hourLastsMs === null) return from;
  return from + (Math.max(0, nowMs - Date.parse(replay.startedAt)) / replay.hourLastsMs) * hourMs;
}

function checkReplay(replay: unknown): Replay {
  const { from, startedAt, hourLastsMs } = (typeof replay === 'object' && replay !== null ? replay : {}) as Replay;
  const isPaced = hourLastsMs === null || (typeof hourLastsMs === 'number' && hourLastsMs > 0);
  if (typeof from !== 'string' || typeof startedAt !== 'string' || Number.isNaN(Date.parse(startedAt)) || !isPaced)
    throw refused("'from', 'startedAt' and 'hourLastsMs' in 'replay'", describe(replay));
  hourStart(from, 'replay.from');
  return replay as Replay;
}

function checkTrigger(trigger: unknown): RunTrigger {
  const { kind, why, look, ...others } = (typeof trigger === 'object' && trigger !== null ? trigger : {}) as Readonly<
    Record<string, unknown>
  >;
  const isText = [why, look].every((text) => text === undefined || typeof text === 'string');
  if (triggerKinds.includes(kind as TriggerKind) && isText && Object.keys(others).length === 0)
    return trigger as RunTrigger;
  throw refused(
    `a 'kind' of ${triggerKinds.join(', ')}, with 'why' and 'look' as text, in 'trigger'`,
    describe(trigger),
  );
}

const triggerKinds: readonly TriggerKind[] = ['schedule', 'person', 'new data', 'drift', 'decay', 'upstream'];

function refused(expected: string, came: string): WhetError {
  return new WhetError('input.invalid', { expected, came, todo: example });
}

function describe(value: unknown): string {
  return value === undefined ? 'nothing' : `${JSON.stringify(value)}`;
}

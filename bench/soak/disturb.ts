import { setTimeout as pause } from 'node:timers/promises';
import type { RunRecord } from '../../core/run.ts';
import { signalProcess } from '../../workers/signalProcess.ts';
import type { WhetCommand } from '../whetCommand.ts';
import { type KeptRetraining, keepRetraining } from './keepRetraining.ts';
import { killAll, type StateProcess, stateProcesses, survivors } from './stateProcesses.ts';
import { doomedWith, ofKind, type PlannedKill, type Victim } from './victims.ts';

export interface Disturbance {
  readonly start: () => WhetCommand;
  readonly state: string;
  readonly plan: readonly PlannedKill[];
  /** How long an undisturbed run takes, and its search. */
  readonly spanMs: number;
  readonly searchMs: number;
  readonly report: (line: string) => void;
}

export interface Disturbed {
  /** What the command printed in the end; undefined if it never ended well. */
  readonly record: RunRecord | undefined;
  readonly killed: readonly Victim[];
  readonly missed: readonly Victim[];
  readonly gaveUp: readonly string[];
  /** Processes that lived on when they should not have. */
  readonly violations: readonly string[];
}

/** A killed tree ends itself within moments; Temporal's guard waits 10 s for it at most. */
const endsWithinMs = 15_000;
const completesWithinMs = 300_000;

/** Retrains, kills as planned, and lets it complete: the command is started again whenever it died. */
export async function disturb(disturbance: Disturbance): Promise<Disturbed> {
  const { start, state, plan, spanMs, report } = disturbance;
  const [killed, missed, dying]: [Victim[], Victim[], Promise<string[]>[]] = [[], [], []];
  const since = performance.now();
  const retraining = keepRetraining(start);
  for (const planned of plan) {
    const { victim, at } = planned;
    // A victim may have been waited for: the next kill comes at its moment, or a little later.
    const gapMs = 400 + planned.draw * 2_000;
    await Promise.race([pause(Math.max(gapMs, since + at * spanMs - performance.now())), retraining.record]);
    const found = await victimOf(disturbance, planned, retraining);
    if (found === undefined) {
      missed.push(victim);
      continue;
    }
    report(`  ${((performance.now() - since) / 1_000).toFixed(1)} s: kill -9 ${victim} (${found.killed.pid})`);
    if (victim === 'whole command') retraining.expectKill();
    signalProcess(found.killed.pid, 'SIGKILL');
    killed.push(victim);
    dying.push(outlived(victim, doomedWith(victim, found.killed, found.all)));
  }
  const record = await Promise.race([retraining.record, pause(completesWithinMs, undefined, { ref: false })]);
  retraining.abandon();
  const left = record === undefined ? await stateProcesses(state) : await survivorsOf(state);
  killAll(left);
  const late = left.map(({ text }) => `still there after the round: ${short(text)}`);
  const violations = [...(await Promise.all(dying)).flat(), ...late];
  return { record, killed, missed, gaveUp: retraining.gaveUp, violations };
}

interface Found {
  readonly killed: StateProcess;
  readonly all: readonly StateProcess[];
}

/** Waits until the victim is there, and for a trial a little more; undefined once the command has ended well without it. */
async function victimOf(
  { state, searchMs, plan }: Disturbance,
  { victim, draw }: PlannedKill,
  retraining: KeptRetraining,
): Promise<Found | undefined> {
  let lingerMs = victim === 'trial child' ? (draw * searchMs) / (2 * plan.length) : 0;
  while (!retraining.isOver()) {
    const all = await stateProcesses(state);
    const found = ofKind(all, victim);
    const killed = found[Math.floor(draw * found.length)];
    if (killed !== undefined && lingerMs === 0) return { killed, all };
    await pause(killed === undefined ? 50 : lingerMs);
    if (killed !== undefined) lingerMs = 0;
  }
  return undefined;
}

async function outlived(victim: Victim, doomed: readonly StateProcess[]): Promise<string[]> {
  const left = await survivors(doomed, endsWithinMs);
  return left.map(({ text }) => `outlived the killed ${victim}: ${short(text)}`);
}

async function survivorsOf(state: string): Promise<StateProcess[]> {
  return survivors(await stateProcesses(state), endsWithinMs);
}

/** Program and arguments, without the environment after them. */
function short(text: string): string {
  return text.split(' ').slice(0, 4).join(' ');
}

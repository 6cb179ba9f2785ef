import type { Rung } from './halving.ts';
import { byValue, type ScheduledTrial, type TrialSource, type TrialValue } from './scheduledTrial.ts';

/**
 * Trials rung by rung: the next rung's are known once all of a rung have ended. The best go on, ties in the order of the
 * candidates; one that diverged never does. At most `most` trials at a time.
 */
export function rungByRung(rungs: readonly Rung[], seed: number, most: number): TrialSource {
  let at = 0;
  let members = Array.from({ length: rungs[0]?.candidates ?? 0 }, (_, candidate) => candidate);
  let handed = 0;
  let ended: Ended[] = [];

  const next: TrialSource['next'] = () => {
    if (handed === members.length && ended.length < handed) return 'wait';
    if (handed === members.length) climb();
    const rung = rungs[at];
    if (rung === undefined || members.length === 0) return 'over';
    const part = members.slice(handed, handed + most);
    handed += part.length;
    return part.map((candidate): ScheduledTrial => ({ candidate, rung: at + 1, epochs: rung.epochs, seed }));
  };

  const climb = (): void => {
    at += 1;
    members = best(ended, rungs[at]?.candidates ?? 0);
    handed = 0;
    ended = [];
  };

  return { next, ended: ({ candidate }, value) => void ended.push({ candidate, value }) };
}

interface Ended {
  readonly candidate: number;
  readonly value: TrialValue;
}

function best(ended: readonly Ended[], count: number): number[] {
  const sound = ended.filter(({ value }) => value !== null);
  sound.sort((a, b) => byValue(a.value, b.value) || a.candidate - b.candidate);
  return sound.slice(0, count).map(({ candidate }) => candidate);
}

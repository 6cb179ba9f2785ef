import { commonLevel } from './drift/judgeTogether.ts';
import type { MonitorFinding } from './look.ts';

/** A finding as a monitor has it, before it is known what all tests of the look are held to. */
export interface JudgedFinding extends MonitorFinding {
  /** Of a test: what its value is held to for a share of false alarms, 0 to 1. */
  readonly limitAt?: (falseAlarms: number) => number;
  /** Its sentence, where that hangs on what else of its monitor is off; `text` is the one that it would have. */
  readonly tell?: (isOff: (about: string) => boolean, text: string) => string;
}

/**
 * The findings of one look, its tests held to one share of false alarms together (Benjamini and Hochberg 1995): a finding
 * with a p-value is off only if it survives that. Its limit is what its value would have been held to.
 */
export function judgedFindings(found: readonly JudgedFinding[], falseAlarms: number): MonitorFinding[] {
  const level = commonLevel(
    found.flatMap(({ pValue }) => pValue ?? []),
    falseAlarms,
  );
  const held = found.map((finding) => heldTo(finding, level));
  const isOff = (monitor: string) => (about: string) =>
    held.some((other) => other.monitor === monitor && other.about === about && other.state === 'off');
  return held.map(({ limitAt: _, tell, ...finding }) => {
    return tell === undefined ? finding : { ...finding, text: tell(isOff(finding.monitor), finding.text) };
  });
}

function heldTo(finding: JudgedFinding, level: number): JudgedFinding {
  const { state, pValue, limitAt, text } = finding;
  if (pValue === undefined || state === 'too little to say') return finding;
  if (limitAt === undefined) return pValue <= level || state === 'fine' ? finding : spared(finding, level);
  const limit = limitAt(level);
  const told = Number.isFinite(limit) ? `, held to ${figure(limit)}` : ', and no value could be that rare';
  return {
    ...finding,
    state: pValue <= level ? 'off' : 'fine',
    limit: Number.isFinite(limit) ? limit : null,
    text: `${text}${told}`,
  };
}

/** What would be off by itself. */
function spared(finding: JudgedFinding, level: number): JudgedFinding {
  return {
    ...finding,
    state: 'fine',
    text: `${finding.text}: of this look's tests taken together no news (p above ${figure(level)})`,
  };
}

/** Three digits that matter. */
export function figure(value: number): string {
  return String(Number(value.toPrecision(3)));
}

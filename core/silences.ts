import type { Silence, SilenceMatch } from './alert.ts';
import type { AlertSeverity } from './watchPlan.ts';

/** What a silence is held to. */
export interface Silenceable {
  readonly rule: string;
  readonly severity: AlertSeverity;
  readonly firing: readonly { readonly monitor: string; readonly about: string }[];
}

/** Whether each firing part is matched by a silence that is in force at that time (ISO, UTC). */
export function isSilenced({ rule, severity, firing }: Silenceable, silences: readonly Silence[], at: string): boolean {
  const inForce = silences.filter((silence) => isInForce(silence, at));
  return (
    firing.length > 0 && firing.every((part) => inForce.some(({ match }) => fits(match, { ...part, rule, severity })))
  );
}

/** Until that very moment, and no longer. */
export function isInForce({ until }: Silence, at: string): boolean {
  return Date.parse(at) < Date.parse(until);
}

/** For people: `rule slow, about *ATL*`. */
export function matchText(match: SilenceMatch): string {
  const given = Object.entries(match).filter(([, value]) => value !== undefined);
  return given.length === 0 ? 'everything' : given.map(([name, value]) => `${name} ${value}`).join(', ');
}

function fits(match: SilenceMatch, of: Readonly<Record<keyof SilenceMatch, string>>): boolean {
  const given = Object.entries(match) as [keyof SilenceMatch, string | undefined][];
  return given.every(([name, pattern]) => pattern === undefined || fitsPattern(pattern, of[name]));
}

/** Piece by piece, so that no pattern takes longer than the text is long. */
function fitsPattern(pattern: string, text: string): boolean {
  const pieces = pattern.split('*');
  const [first = '', last = ''] = [pieces[0], pieces.at(-1)];
  if (pieces.length === 1) return pattern === text;
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return at <= text.length - last.length;
}

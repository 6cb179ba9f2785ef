import type { GateRule, RuleSlice } from './gatePlan.ts';
import { rivalName } from './ruleText.ts';

/** What a gate's rules read on a card beyond what every card holds. */
export interface GateNeeds {
  readonly baseRate: boolean;
  /** Slices on which the candidate alone is judged, and those on which it is compared, by the other's name. */
  readonly slices: readonly RuleSlice[];
  readonly compared: Readonly<Record<'champion' | 'reference' | 'base rate', readonly RuleSlice[]>>;
}

export function gateNeeds(gate: readonly GateRule[]): GateNeeds {
  const slices: RuleSlice[] = [];
  const compared = { champion: [] as RuleSlice[], reference: [] as RuleSlice[], 'base rate': [] as RuleSlice[] };
  for (const rule of gate) {
    if ('cost' in rule || rule.slice === undefined) continue;
    const wanted = 'value' in rule ? slices : compared[rivalName(rule)];
    if (!wanted.some((slice) => isSame(slice, rule.slice))) wanted.push(rule.slice);
  }
  return { baseRate: gate.some(({ kind }) => kind === 'betterThanBaseRate'), slices, compared };
}

/** Whether every card holds all that the gate needs. */
export function needsNothing({ baseRate, slices, compared }: GateNeeds): boolean {
  return !baseRate && slices.length === 0 && Object.values(compared).every((wanted) => wanted.length === 0);
}

export function isSame(slice: RuleSlice, other: RuleSlice | undefined): boolean {
  return slice.column === other?.column && slice.value === other.value;
}

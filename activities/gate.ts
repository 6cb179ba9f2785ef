import { lookStandings } from '../core/lookStandings.ts';
import type { Plan } from '../core/plan.ts';
import type { LookStanding } from '../core/ruleNumbers.ts';
import { digestedLedger } from '../registry/ledger.ts';
import type { Ports } from './ports.ts';
import { portsIn, type Scoped } from './scopedPorts.ts';

/** What the looks before leave to one gate, and the ledger that says so. */
export interface GateStandings {
  /** `<n> <SHA-256>` of the ledger's last entry, which pins all before it; `none` without one. */
  readonly ledger: string;
  /** By the text of the rule. */
  readonly standings: Readonly<Record<string, LookStanding>>;
}

export interface StandingsInput extends Scoped {
  readonly plan: Plan;
  readonly asOf: string;
}

/** Stage 7 is a pure decision; this is the one thing that it cannot know by itself. */
export function createGateActivities(ports: Pick<Ports, 'store'>) {
  return {
    async standings({ plan, asOf, ...scoped }: StandingsInput): Promise<GateStandings> {
      const { store } = portsIn(ports, scoped);
      const held = await digestedLedger(store, plan.pipeline);
      const last = held.at(-1);
      const entries = held.map(({ entry }) => entry);
      return {
        ledger: last === undefined ? 'none' : `${last.entry.n} ${last.digest}`,
        standings: lookStandings(plan.gate, entries, asOf, plan.window.testMs),
      };
    },
  };
}

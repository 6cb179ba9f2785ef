import type { ServingCare } from './servingCare.ts';
import type { Workplace } from './workplace.ts';

/** A role at work in this process. */
export interface RunningRole {
  /** Resolves when the role ended by itself, rejects when it failed. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

export interface RoleOptions {
  readonly workplace: Workplace;
  /** Temporal's address; serving needs none, but where releases are to be operated over HTTP. */
  readonly address: string | undefined;
  /** For serving: where to listen. */
  readonly host: string;
  readonly port: number;
  /** For serving: where to listen for gRPC, 0 for any free port; nowhere where left out. */
  readonly grpcPort?: number;
  /** For serving: how many processes share the port; 1 where left out. */
  readonly processes?: number;
  /** For serving: a folder of this machine for what outlives its processes; one in the workplace where left out. */
  readonly keep?: string;
  /** For serving: keys, TLS, limits and the access log. */
  readonly care?: ServingCare;
  /** Whether it works for one command alone, which tells how its work failed. */
  readonly isBrief?: boolean;
  readonly report: (line: string) => void;
}

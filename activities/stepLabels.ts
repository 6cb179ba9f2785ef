import { log } from '@temporalio/activity';
import type { LabelJoin } from '../core/labelJoin.ts';
import type { LabelledLosses } from '../core/rolloutAnalysis.ts';
import { hourMs } from '../core/time.ts';
import { joinLabels, type LabelJoinRequest } from '../monitoring/joinLabels.ts';
import { type PairedVersions, pairedLosses } from '../monitoring/pairedLosses.ts';
import { readLedger } from '../registry/ledger.ts';
import { versionOf } from '../registry/versions.ts';
import { repeating } from '../serving/repeating.ts';
import { planOf } from './planOf.ts';
import type { Ports } from './ports.ts';

/** The labels that are back for a step, gathered beside the watch: however long that takes, a look at the counts does not wait. */
export interface StepLabels {
  /** Of the last time that they were gathered. */
  readonly losses: LabelledLosses | undefined;
  /** Ends when what is there now is gathered. */
  now(): Promise<void>;
  close(): Promise<void>;
}

/** Between two times. */
const everyMs = 10_000;

/**
 * Only hours of the step are read. What was joined is remembered from look to look of a step, as far as they are in one process.
 * Labels that cannot be gathered fail no rollout: that is told in the log, and the step is judged without them.
 */
export function createStepLabels(ports: Ports) {
  const remembered = new Map<string, { readonly epoch: number; readonly join: LabelJoin }>();
  return (step: PairedVersions & { readonly pipeline: string }): StepLabels => {
    const { pipeline, epoch } = step;
    const { store, database } = ports;
    // The statements of a run may take minutes, and those of a step must not wait for them.
    const beside = { store, database: { ...database, run: database.runBeside, rows: database.rowsBeside } };
    let [request, losses]: [LabelJoinRequest | undefined, LabelledLosses | undefined] = [undefined, undefined];
    const gather = async (): Promise<void> => {
      request ??= await requestOf(ports, step);
      if (request === undefined) return;
      const known = remembered.get(pipeline);
      const before = known?.epoch === epoch ? known.join : undefined;
      const join = await joinLabels(
        beside,
        { ...request, only: [request.only?.[0] ?? 0, hourAfter(ports.clock())] },
        before,
      );
      if (join === before && losses !== undefined) return;
      remembered.set(pipeline, { epoch, join });
      losses = await pairedLosses(beside, join, step);
    };
    const failed = (error: unknown): void =>
      log.warn(`The labels of ${pipeline} could not be gathered. ${String(error)}`);
    const gathering = repeating(everyMs, gather, failed);
    void gathering.now();
    return {
      get losses() {
        return losses;
      },
      now: () => gathering.now(),
      close: () => gathering.close(),
    };
  };
}

/** From the hour in which the ledger began the epoch. Undefined where it knows none of it. */
async function requestOf(
  { store, clock }: Ports,
  { pipeline, version, epoch }: PairedVersions & { readonly pipeline: string },
): Promise<LabelJoinRequest | undefined> {
  const ledger = await readLedger(store, pipeline);
  const began = ledger.find(({ routing }) => routing.epoch === epoch);
  if (began === undefined) return undefined;
  const { contract, label } = await planOf(store, versionOf(pipeline, version, ledger).plan);
  const fromMs = Math.floor(Date.parse(began.at) / hourMs) * hourMs;
  const only = [fromMs, hourAfter(clock())] as const;
  return { pipeline, eventTime: contract.eventTime, settlesWithinMs: label.settlesWithinMs, only };
}

function hourAfter(ms: number): number {
  return (Math.floor(ms / hourMs) + 1) * hourMs;
}

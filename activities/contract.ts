import { type BatchFinding, judgeWindow } from '../core/batchRules.ts';
import { contractOutcome, type ToldOutcome } from '../core/contractOutcome.ts';
import { WhetError } from '../core/errors.ts';
import { isOpened, type Opened, type OpenWork } from '../core/openWork.ts';
import type { Plan } from '../core/plan.ts';
import { clockRuleIds } from '../core/rowRules.ts';
import type { PartitionCounts } from '../core/run.ts';
import type { PartitionVersion } from '../core/snapshot.ts';
import { type SourceChanges, sourceChanges } from '../core/sourceChanges.ts';
import { hourOf, hourStart } from '../core/time.ts';
import { runWindow } from '../core/window.ts';
import { referencedSnapshots } from '../datasets/across/referencedSnapshots.ts';
import { keepWindow, pointAtWindow } from '../datasets/partitions/keptWindow.ts';
import { lookUpPartitions, type PartitionLookup } from '../datasets/partitions/lookUpPartitions.ts';
import { partitionBatches } from '../datasets/partitions/partitionBatches.ts';
import { partitionVersion, validateLookup } from '../datasets/partitions/validatePartitions.ts';
import { windowSketches } from '../datasets/partitions/windowSketches.ts';
import { requireNotRejected } from '../datasets/quarantine/requireNotRejected.ts';
import { lastReadmission } from '../datasets/readmission/readmissionLog.ts';
import { latestSnapshot } from '../datasets/snapshots/freezeSnapshot.ts';
import type { SourceIndex } from '../datasets/sources/indexSource.ts';
import { filesOf, rememberFiles, seenFiles } from '../datasets/sources/seenFiles.ts';
import type { Ports } from './ports.ts';
import { portsIn, type Scoped } from './scopedPorts.ts';
import { sharedSource } from './sharedSource.ts';
import { isStageDone, type StageOutcome, stage } from './stage.ts';
import { whileBeating } from './whileBeating.ts';
import { keepWork, mostRounds, namesOfWork } from './workList.ts';

export interface ContractOutput {
  /** The list of the window's `PartitionVersion`s (`readParts`). */
  readonly partitions: string;
  /** `objects/<sha256>` of the `KeptWindow`; not there in stages of earlier versions. */
  readonly window?: string;
  readonly rows: { readonly read: number; readonly quarantined: number };
  readonly counts: PartitionCounts;
  /** What the contract says of the window; not there in runs of earlier versions. */
  readonly said?: ToldOutcome;
  /** The hours read and validated by this run, the first few of many. */
  readonly validated: readonly string[];
  /** What the rules over the window came to; not there in stages of earlier versions. */
  readonly findings?: readonly BatchFinding[];
  /** How the source's files differ from those of the stage before; not there in runs of earlier versions. */
  readonly source?: SourceChanges;
}

export interface ContractInput extends Scoped {
  readonly plan: Plan;
  readonly asOf: string;
  /** What rows are in the future of: milliseconds UTC, the same for every attempt. Not there in runs of earlier versions. */
  readonly judgedAt?: number;
  /** Lists of work that was opened for this answer, and is done. */
  readonly done?: readonly string[];
}

/**
 * Stage 1: the window's partitions, each validated once; the budget and the batch rules judged over all of them. Where
 * more is to be validated than fits in one batch, it opens that work for as many workers as there are, and is asked again.
 */
export function createContractActivities(ports: Ports) {
  return {
    contract: (input: ContractInput): Promise<StageOutcome<ContractOutput> | Opened> =>
      whileBeating((_, tell) => contractStage(portsIn(ports, input), input, tell)),
  };
}

async function contractStage(
  ports: Ports,
  { plan, asOf, judgedAt, done = [] }: ContractInput,
  tell: (now: string) => void,
): Promise<StageOutcome<ContractOutput> | Opened> {
  const index = await sharedSource(ports, plan.contract, done);
  if (isOpened(index)) return index;
  const hours = runWindow(plan, hourStart(asOf)).all;
  assertCovered(index, asOf, hours[0] ?? asOf);
  const snapshots = await referencedSnapshots(ports.store, plan.contract);
  const looked = { ...clockOf(plan, judgedAt), ...referenceInputs(snapshots), ...(await mendedBy(ports, plan)) };
  const inputs = { source: index.digest, from: hours[0] ?? asOf, to: asOf, ...looked };
  const identity = { name: 'contract', version: partitionVersion, section: plan.contract, inputs } as const;
  const lookUp = () => lookUpWindow(ports, plan, index, hours, snapshots, judgedAt);
  const lookup = (await isStageDone(ports, identity)) ? undefined : await lookUp();
  const open = lookup === undefined ? undefined : await opened(ports, plan, index, lookup, done);
  if (open !== undefined) return { open };
  const outcome = await stage(ports, identity, async () =>
    validateWindow(ports, plan, index, lookup ?? (await lookUp()), done, tell),
  );
  const { window } = outcome.output;
  if (window !== undefined && outcome.record.reused) await pointAtWindow(ports.store, plan.contract.id, window);
  const source = await changesSince(ports, plan, index);
  const output = outcome.record.reused ? allReused(outcome.output) : outcome.output;
  return { ...outcome, output: { ...output, source } };
}

/** Only a contract that looks at the clock gives another result at another time. */
function clockOf({ contract }: Plan, judgedAt: number | undefined): Readonly<Record<string, string>> {
  if (judgedAt === undefined || clockRuleIds(contract).length === 0) return {};
  return { judgedAt: new Date(judgedAt).toISOString() };
}

/** Rows that refer to another contract's are judged again when that contract has a new snapshot. */
function referenceInputs(snapshots: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(snapshots).map(([contract, id]) => [`snapshot of ${contract}`, id]));
}

/** What people gave back counts as an input from the first record on. */
async function mendedBy({ store }: Ports, { contract }: Plan): Promise<Readonly<Record<string, string>>> {
  const last = await lastReadmission(store, contract.id);
  return last === 0 ? {} : { readmissions: String(last) };
}

async function lookUpWindow(
  ports: Ports,
  plan: Plan,
  index: SourceIndex,
  hours: readonly string[],
  snapshots: Readonly<Record<string, string>>,
  judgedAt: number | undefined,
): Promise<PartitionLookup> {
  const previous = await latestSnapshot(ports.store, plan.contract.id);
  return lookUpPartitions(ports, plan.contract, index, hours, previous, snapshots, judgedAt);
}

/** A single batch is validated where it was found to be one: that takes a durable step less. */
async function opened(
  ports: Ports,
  { contract }: Plan,
  index: SourceIndex,
  { fresh }: PartitionLookup,
  done: readonly string[],
): Promise<OpenWork | undefined> {
  const batches =
    done.length < mostRounds ? partitionBatches(ports, contract, index, fresh, ports.bounds?.partitions) : [];
  if (batches.length < 2) return undefined;
  const names = fresh.map(({ hour }) => hour);
  return keepWork(ports.store, { kind: 'partitions', text: `${fresh.length} partitions`, batches, names });
}

async function validateWindow(
  ports: Ports,
  plan: Plan,
  index: SourceIndex,
  lookup: PartitionLookup,
  done: readonly string[],
  tell: (now: string) => void,
): Promise<ContractOutput> {
  const found = await validateLookup(ports, plan.contract, index, lookup, (count, total, what) =>
    tell(`${count} of ${total} ${what}`),
  );
  const { window, partitions } = await keepWindow(ports, plan.contract, index, found);
  await pointAtWindow(ports.store, plan.contract.id, window);
  const all = found.undated === null ? found.parts : [...found.parts, found.undated];
  await requireNotRejected(ports, plan.contract, all);
  const sketches = await windowSketches(ports.store, plan.contract, found.parts);
  const findings = judgeWindow(plan.contract, found.parts, found.undated, sketches);
  const { rejecting: _, ...said } = contractOutcome(plan.contract, all, findings);
  const now = new Set([...found.validated, ...(await namesOfWork(ports.store, done))]);
  const validated = found.parts.map(({ hour }) => hour).filter((hour) => now.has(hour));
  const total = found.parts.length;
  return {
    partitions,
    window,
    rows: { read: sum(all, 'read'), quarantined: sum(all, 'quarantined') },
    counts: { total, validated: validated.length, reused: total - validated.length },
    validated: validated.slice(0, 5),
    findings,
    said,
  };
}

/** Told once: a stage that failed told nobody, so only one that ended well is what the next is compared to. */
async function changesSince(ports: Ports, plan: Plan, index: SourceIndex): Promise<SourceChanges> {
  const files = filesOf(ports, index);
  const before = await seenFiles(ports, plan.contract);
  const changes = sourceChanges(before, files);
  const isSame = changes.added + changes.changed + changes.vanishedCount === 0;
  if (before === undefined || !isSame) await rememberFiles(ports, plan.contract, files);
  return changes;
}

function allReused(output: ContractOutput): ContractOutput {
  return { ...output, counts: { ...output.counts, validated: 0, reused: output.counts.total }, validated: [] };
}

function assertCovered(index: SourceIndex, asOf: string, from: string): void {
  const first = index.hours[0]?.hour ?? 'nothing';
  const last = hourOf(index.newestMs);
  if (hourStart(asOf) <= index.newestMs && from >= first) return;
  const todo = `Ask for an hour up to ${last} whose window begins at or after ${first}.`;
  throw new WhetError('source.no-such-hour', {
    expected: `a source with all hours from ${from} to ${asOf}`,
    came: `rows from ${first} to ${last}`,
    todo,
  });
}

function sum(parts: readonly PartitionVersion[], field: 'read' | 'quarantined'): number {
  return parts.reduce((total, part) => total + part[field], 0);
}

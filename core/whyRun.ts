import { outcomeText } from './contractOutcome.ts';
import type { RunRecord, StageRecord } from './run.ts';

/** Why a stage was computed or reused, in comparison with the run before. */
export interface StageReason {
  readonly name: string;
  readonly reused: boolean;
  readonly seconds: number;
  readonly key: string;
  /** The inputs that differ from the run before: name, then and now. */
  readonly changed: readonly { readonly input: string; readonly before: string; readonly now: string }[];
  /** One sentence. */
  readonly text: string;
}

/** Explains each stage of a run by its inputs. `before` is the run that ended last before it, if any. */
export function whyRun(record: RunRecord, before: RunRecord | undefined): StageReason[] {
  return record.stages.map((stage) => {
    const earlier = before?.stages.find(({ name }) => name === stage.name);
    const changed = earlier === undefined ? [] : changedInputs(stage, earlier);
    const { name, reused, seconds, key } = stage;
    return { name, reused, seconds, key, changed, text: sentence(record, stage, earlier, changed) };
  });
}

/** Where the run first went another way than the one before: later stages follow from it. Undefined where no input tells it. */
export function rootCause(stages: readonly StageReason[]): string | undefined {
  const first = stages.find(({ reused, changed }) => !reused || changed.length > 0);
  if (first === undefined || first.changed.length === 0) return undefined;
  return `${first.changed.map(({ input }) => input).join(', ')} of ${first.name}`;
}

function changedInputs(stage: StageRecord, earlier: StageRecord): StageReason['changed'] {
  return Object.entries(stage.inputs).flatMap(([input, now]) => {
    const before = earlier.inputs[input] ?? 'nothing';
    return before === now ? [] : [{ input, before, now }];
  });
}

function sentence(
  record: RunRecord,
  stage: StageRecord,
  earlier: StageRecord | undefined,
  changed: StageReason['changed'],
): string {
  const counts = stage.name === 'contract' ? contractText(record) : stage.name === 'search' ? searchText(record) : '';
  if (stage.reused) return `reused: its result was there for these inputs${counts}`;
  if (earlier === undefined) return `computed: no run before did it${counts}`;
  if (changed.length === 0) return `computed: the same inputs, but the plan or the code changed${counts}`;
  return `computed: ${changed.map(({ input }) => input).join(', ')} changed${counts}`;
}

function contractText({ snapshot, contract }: RunRecord): string {
  const partitions = snapshot === undefined ? '' : `; ${partitionText(snapshot.partitions)}`;
  return `${partitions}${contract === undefined ? '' : `; ${outcomeText(contract)}`}`;
}

function searchText({ trials }: RunRecord): string {
  return trials?.endedBy === 'time' ? '; its budget of time ended it: another machine may choose another model' : '';
}

function partitionText({ total, validated, reused }: { total: number; validated: number; reused: number }): string {
  return `${validated} of ${total} partition${total === 1 ? '' : 's'} read and validated, ${reused} reused`;
}

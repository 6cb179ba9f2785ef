import type { Readmission, ReadmittedRows } from '../../core/readmission.ts';
import type { PartitionVersion } from '../../core/snapshot.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import type { QuarantineScope } from '../quarantine/quarantineOf.ts';
import { readReadmissions } from './readmissionLog.ts';

/** A readmission, and what became of it in some partitions. */
export interface ReadmissionState extends Pick<Readmission, 'n' | 'by' | 'why' | 'at'> {
  readonly rows: number;
  /** For people: how many rows are in, wait for the next run, or are void since the source changed. */
  readonly states: readonly string[];
}

/** What became of a contract's readmissions in some of its partitions; those that concern none of them are left out. */
export async function readmissionStates(store: ObjectStore, scope: QuarantineScope): Promise<ReadmissionState[]> {
  const parts = new Map(scope.parts.map((part) => [part.hour, part]));
  const records = await readReadmissions(store, scope.contract);
  return records.flatMap(({ n, by, why, at, moves }) => {
    const concerned = moves.filter(({ from }) => parts.has(from));
    if (concerned.length === 0) return [];
    const rows = concerned.reduce((sum, move) => sum + move.rows, 0);
    const states = Map.groupBy(concerned, (move) => stateOf(n, move, parts.get(move.from)));
    return [{ n, by, why, at, rows, states: [...states].map(([state, of]) => `${state} (${hoursOf(of)})`) }];
  });
}

function stateOf(n: number, { source }: ReadmittedRows, part: PartitionVersion | undefined): string {
  const base = part?.across?.base ?? part;
  if (base?.source !== source) return 'void, for the source has other rows of that hour since';
  return base.readmitted === undefined
    ? 'waits for the next run'
    : base.readmitted.some(({ record }) => record === n)
      ? 'taken'
      : 'replaced by a later one, or against the rules as they are now';
}

function hoursOf(moves: readonly ReadmittedRows[]): string {
  const hours = moves.map(({ from }) => from);
  return hours.length > 3 ? `${hours.length} hours` : hours.join(', ');
}

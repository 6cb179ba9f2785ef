import type { PartitionVersion } from '../../core/snapshot.ts';
import type { DataPorts } from '../dataPorts.ts';
import type { RowSelection } from '../sources/rawRows.ts';
import type { Judging } from './judgedTable.ts';
import { judgeRows } from './judgeRows.ts';
import type { Wanted } from './lookUpPartitions.ts';
import { storePartitions } from './storePartitions.ts';

/** Reads the selected rows once, judges them, and stores a partition for each hour wanted. Throws as `judgeRows`. */
export async function validateRows(
  ports: DataPorts,
  judging: Judging,
  wanted: readonly Wanted[],
  selection: RowSelection,
  onStored: () => void,
): Promise<PartitionVersion[]> {
  if (wanted.length === 0) return [];
  return judgeRows(ports, judging, wanted, selection, (judged) =>
    storePartitions(ports, judging.contract, judged, wanted, (part) => {
      onStored();
      return part;
    }),
  );
}

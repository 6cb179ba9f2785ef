import type { PartitionVersion } from '../../core/snapshot.ts';
import type { DataPorts } from '../dataPorts.ts';
import { inTemporaryFolder } from '../inTemporaryFolder.ts';
import { type Ask, onThreadFor } from '../plain/plainThreads.ts';
import type { SourceTable } from '../sources/rawRows.ts';
import { inTurn } from './inTurn.ts';
import type { Judging } from './judgedTable.ts';
import type { Wanted } from './lookUpPartitions.ts';
import { markedRows } from './markedRows.ts';
import { validateRows } from './validateRows.ts';

/** Validates the rows without an event time: of staged NDJSON they are first found in this process, for they are few. */
export function validateUndated(
  ports: DataPorts,
  judging: Judging,
  wanted: readonly Wanted[],
  onStored: () => void,
): Promise<PartitionVersion[]> {
  const { contract, source } = judging;
  const inAll = () => inTurn(ports.database, () => validateRows(ports, judging, wanted, 'undated', onStored));
  if (contract.source.kind !== 'ndjson' || contract.source.partition === 'path') return inAll();
  return inTemporaryFolder(async (folder) => {
    const find = (ask: Ask) => undatedRows(judging, wanted, folder, ask);
    // The thread is another's while DuckDB judges them.
    const few = await onThreadFor(source.parts.length * rowsPerPart, find);
    if (few === undefined) return inAll();
    return validateRows(ports, { ...judging, source: few }, wanted, 'undated', onStored);
  });
}

async function undatedRows(
  { contract, source }: Judging,
  wanted: readonly Wanted[],
  folder: string,
  ask: Ask,
): Promise<SourceTable | undefined> {
  const files = source.parts.map(({ file }) => file);
  const rows = wanted.map((hour) => hour.rows);
  try {
    const { isPlain } = await ask({ kind: 'open', contract, files, starts: [undated], rows });
    if (!isPlain) return undefined;
    // They lack what every row must have: all are marked.
    const { marked } = await ask({ kind: 'judge', judgedAt: undefined, badTexts: {} });
    return await markedRows(source, { ask, marked, folder });
  } finally {
    await ask({ kind: 'close' });
  }
}

/** The hour of rows without an event time. */
const undated = Number.NaN;
/** To look through a part takes as long as to judge so many rows. */
const rowsPerPart = 5_000;

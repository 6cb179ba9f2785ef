import { acrossRules } from '../../core/acrossRules.ts';
import type { ContractPlan } from '../../core/contractPlan.ts';
import { sqlText } from '../database.ts';
import type { DataPorts } from '../dataPorts.ts';
import { quarantineFiles } from '../quarantine/quarantineFiles.ts';
import type { QuarantineScope } from '../quarantine/quarantineOf.ts';
import { judgeMended, textColumns } from './judgeMended.ts';

export interface PassingNow {
  readonly quarantined: number;
  /** Rows in quarantine that keep to the contract's rules of one row as they are now. */
  readonly passing: number;
}

/**
 * How many rows in quarantine would be good by the contract as it is now: these re-enter by themselves at the next run,
 * for rules are part of a partition's key. Rows that broke a rule among others which still stands are not counted.
 */
export async function passingNow(
  ports: DataPorts,
  contract: ContractPlan,
  { parts }: QuarantineScope,
  judgedAt: number,
): Promise<PassingNow> {
  const quarantined = parts.reduce((sum, part) => sum + part.quarantined, 0);
  if (quarantined === 0) return { quarantined, passing: 0 };
  const { from, columns } = await quarantineFiles(ports, contract.id, parts);
  const standing = [...acrossRules(contract).map(({ id }) => id), ...textFaults(contract)];
  const still = `list_has_any(_reasons, CAST([${standing.map(sqlText).join(', ')}] AS VARCHAR[]))`;
  const rows = `SELECT ${textColumns(contract, columns)}, _hour AS origin, _row AS row, 0 AS record
    FROM ${from} WHERE _malformed IS NULL AND NOT ${still}`;
  return judgeMended(ports, contract, rows, judgedAt, async (mended) => {
    const [counted] = await ports.database.rows<{ rows: number }>(
      `SELECT CAST(count(*) AS DOUBLE) AS rows FROM ${mended} WHERE clean`,
    );
    return { quarantined, passing: counted?.rows ?? 0 };
  });
}

/** In JSON a value that is no text is bad in a column of texts, but has one. */
function textFaults({ columns, source }: ContractPlan): string[] {
  return source.kind === 'ndjson'
    ? columns.flatMap(({ name, type }) => (type === 'string' ? [`${name}.type`] : []))
    : [];
}

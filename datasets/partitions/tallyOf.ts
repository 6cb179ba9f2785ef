import type { Database } from '../database.ts';
import { type CompiledContract, rulesPerMask } from '../rules/compileContract.ts';
import type { FileTable } from './fileTable.ts';

/** What is wrong in a file. */
export interface Tally {
  readonly quarantined: number;
  readonly undated: number;
  /** The rules that some row breaks, in the order of the contract. */
  readonly broken: readonly CountedRule[];
}

export interface CountedRule {
  readonly bit: number;
  readonly rows: number;
  /** Id of the first row that breaks it. */
  readonly first: number;
}

/** Counts the bad rows of a file, and those that break each rule. */
export async function tallyOf(database: Database, compiled: CompiledContract, table: FileTable): Promise<Tally> {
  const groups = await database.rows<AlikeRows>(table.tally);
  const sum = (some: readonly AlikeRows[]): number => some.reduce((total, { rows }) => total + rows, 0);
  const broken = compiled.rules.flatMap(({ bit }): CountedRule[] => {
    const own = groups.filter((group) => breaks(group, bit));
    return own.length === 0 ? [] : [{ bit, rows: sum(own), first: Math.min(...own.map(({ first }) => first)) }];
  });
  return {
    quarantined: sum(groups.filter(({ clean }) => !clean)),
    undated: sum(groups.filter((one) => one.undated)),
    broken,
  };
}

/** Rows that break the same rules. */
interface AlikeRows extends Readonly<Record<`mask${number}`, bigint>> {
  readonly clean: boolean;
  readonly undated: boolean;
  readonly rows: number;
  /** Id of the first of them. */
  readonly first: number;
}

function breaks(group: AlikeRows, bit: number): boolean {
  const mask = group[`mask${Math.floor(bit / rulesPerMask)}`] ?? 0n;
  return (mask & (1n << BigInt(bit % rulesPerMask))) !== 0n;
}

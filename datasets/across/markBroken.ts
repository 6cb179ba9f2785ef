import { type AcrossRule, isWithinHour } from '../../core/acrossRules.ts';
import type { ContractPlan } from '../../core/contractPlan.ts';
import type { Database } from '../database.ts';
import { type CompiledContract, rulesPerMask } from '../rules/compileContract.ts';
import { brokenRows, type ComparedRows, type Elsewhere } from './brokenRows.ts';

/** A contract in SQL, and which of its rules across rows are judged here. */
export interface AcrossJudging {
  readonly contract: ContractPlan;
  readonly compiled: CompiledContract;
  readonly across?: readonly AcrossRule[];
}

/**
 * Judges the good rows of a judged table by rules across rows, each rule by itself, and marks those that break one: by
 * what the rows of an hour decide first, and only the rows that stay by the others. What people see of a row that goes to
 * quarantine for it are its canonical values: a good row's own texts are not kept.
 */
export async function markBroken(
  database: Database,
  judging: AcrossJudging,
  table: string,
  order: string,
): Promise<void> {
  const { contract, across = [] } = judging;
  const broken = `${table}_broken`;
  const rows = { from: `(SELECT *, rowid AS row FROM ${table} WHERE clean)`, order };
  for (const first of [true, false]) {
    const rules = across.filter(({ rule }) => isWithinHour(rule, contract.eventTime) === first);
    if (rules.length === 0) continue;
    try {
      await findBroken(database, { ...judging, across: rules }, rows, broken);
      await markRows(database, judging, table, broken);
    } finally {
      await database.run(`DROP TABLE IF EXISTS ${broken}`);
    }
  }
}

/** Makes a table of the rows that break rules: `hour`, `row` and the `rule`'s bit. */
export async function findBroken(
  database: Database,
  { contract, compiled, across = [] }: AcrossJudging,
  rows: ComparedRows,
  broken: string,
  elsewhere: (rule: AcrossRule) => Elsewhere | undefined = () => undefined,
): Promise<void> {
  await database.run(`CREATE TABLE ${broken} (hour BIGINT, row BIGINT, rule INTEGER)`);
  for (const rule of across) {
    const bit = compiled.rules.find(({ id }) => id === rule.id)?.bit ?? 0;
    const found = brokenRows(contract, rule.rule, rows, elsewhere(rule));
    await database.run(`INSERT INTO ${broken} SELECT hour, row, ${bit} FROM (${found}) WHERE ${rows.judged ?? 'true'}`);
  }
}

/** Sets the bits of the rules that rows break. */
async function markRows(
  database: Database,
  { contract, compiled }: Pick<AcrossJudging, 'contract' | 'compiled'>,
  table: string,
  broken: string,
): Promise<void> {
  const bits = compiled.masks.map((_, mask) => {
    const own = `rule // ${rulesPerMask} = ${mask}`;
    return `coalesce(bit_or(CASE WHEN ${own} THEN CAST(1 AS BIGINT) << (rule % ${rulesPerMask}) END), 0) AS b${mask}`;
  });
  const masks = compiled.masks.map((_, mask) => `mask${mask} = mask${mask} | b${mask}`).join(', ');
  await database.run(`UPDATE ${table} SET ${masks} FROM (SELECT row, ${bits.join(', ')} FROM ${broken} GROUP BY row) AS found
    WHERE ${table}.rowid = found.row`);
  const texts = contract.columns.map((_, k) => `t${k} = CAST(v${k} AS VARCHAR)`).join(', ');
  await database.run(`UPDATE ${table} SET clean = false, ${texts} WHERE clean AND NOT (${compiled.clean})`);
}

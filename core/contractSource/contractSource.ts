import type { ContractPlan, SourcePlan } from '../contractPlan.ts';
import { acrossSource } from './acrossSource.ts';
import { batchSource } from './batchSource.ts';
import { columnSource, type FormatSource } from './columnSource.ts';
import { literal } from './literal.ts';
import { ruleSource } from './ruleSource.ts';
import { type Use, usedWords } from './usedWords.ts';
import { variable } from './variable.ts';

export interface ContractNotes {
  /** Lines above the contract. */
  readonly above: readonly string[];
  /** What is said behind a column, by its name. */
  readonly columns: Readonly<Record<string, string>>;
}

/**
 * A contract as the TypeScript of a file in `pipelines/`; a contract that it refers to is imported from the file beside
 * it that is called by its id. Read back, it gives the same plan.
 */
export function contractSource(plan: ContractPlan, notes: ContractNotes, formatSource?: FormatSource): string {
  const { use, words } = usedWords();
  const columns = plan.columns.map((column) => {
    const note = Object.hasOwn(notes.columns, column.name) ? notes.columns[column.name] : undefined;
    const source = columnSource(column, formatSource);
    return `    ${nameSource(column.name)}: ${source},${note === undefined ? '' : ` // ${oneLine(note)}`}`;
  });
  const definition = [
    `export const ${variable(plan.id)} = ${use('contract')}(${literal(plan.id)}, {`,
    `  version: ${literal(plan.version)},`,
    `  source: ${sourceSource(plan.source, use)},`,
    ...keySource(plan.key),
    '  row: z.object({',
    ...columns,
    '  }),',
    `  eventTime: ${literal(plan.eventTime)},`,
    ...list('rules', plan.rules, (rule) => ruleSource(rule, use)),
    ...list('across', plan.across, (rule) => acrossSource(rule, use)),
    ...list('batch', plan.batch, (rule) => batchSource(rule, use)),
    ...severitySource(plan.severity),
    `  quarantine: { atMost: ${plan.quarantine.atMost} },`,
    '});',
  ];
  return [
    ...notes.above.map((line) => `// ${oneLine(line)}`),
    `import { ${words().join(', ')} } from 'whetstone';`,
    `import { z } from 'zod';`,
    ...referredTo(plan).map((id) => `import { ${variable(id)} } from './${id}.ts';`),
    '',
    ...definition,
    '',
  ].join('\n');
}

/** The ids of the contracts that a contract refers to. */
export function referredTo({ across }: Pick<ContractPlan, 'across'>): string[] {
  return [...new Set(across.flatMap((rule) => (rule.kind === 'references' ? [rule.to.contract] : [])))].sort();
}

function sourceSource({ kind, at, partition, nulls = [] }: SourcePlan, use: Use): string {
  const missing = nulls.length === 0 ? '' : `, nulls: [${nulls.map(literal).join(', ')}]`;
  const place = 'path' in at ? literal(at.path) : `${use('sample')}(${literal(at.sample)})`;
  return `${use(kind)}(${place}, { partition: ${literal(partition)}${missing} })`;
}

function keySource(key: ContractPlan['key']): string[] {
  return typeof key === 'string' ? [] : [`  key: [${key.map(literal).join(', ')}],`];
}

function list<T>(name: string, rules: readonly T[], source: (rule: T) => string): string[] {
  return rules.length === 0 ? [] : [`  ${name}: [`, ...rules.map((rule) => `    ${source(rule)},`), '  ],'];
}

function severitySource(severity: ContractPlan['severity']): string[] {
  const said = Object.entries(severity);
  if (said.length === 0) return [];
  return ['  severity: {', ...said.map(([id, value]) => `    ${nameSource(id)}: ${literal(value)},`), '  },'];
}

/** A comment ends with its line: whatever would end it is a space. */
function oneLine(text: string): string {
  return text.replace(/[\r\n\u2028\u2029]+/g, ' ').trim();
}

function nameSource(name: string): string {
  if (name === '__proto__') return `[${literal(name)}]`;
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : literal(name);
}

import type { ContractPlan } from '../contractPlan.ts';
import { columnSource, literal } from './columnSource.ts';

export interface ContractNotes {
  /** Lines above the contract. */
  readonly above: readonly string[];
  /** What is said behind a column, by its name. */
  readonly columns: Readonly<Record<string, string>>;
}

/** A contract's columns, source, event time and budget as the TypeScript of a file in `pipelines/`. */
export function contractSource(plan: ContractPlan, notes: ContractNotes): string {
  const columns = plan.columns.map((column) => {
    const note = notes.columns[column.name];
    return `    ${nameSource(column.name)}: ${columnSource(column)},${note === undefined ? '' : ` // ${oneLine(note)}`}`;
  });
  const { kind, at, nulls = [] } = plan.source;
  const missing = nulls.length === 0 ? '' : `, nulls: [${nulls.map(literal).join(', ')}]`;
  const place = 'path' in at ? literal(at.path) : `sample(${literal(at.sample)})`;
  return [
    ...notes.above.map((line) => `// ${oneLine(line)}`),
    `import { contract, ${kind}${'path' in at ? '' : ', sample'} } from 'whetstone';`,
    `import { z } from 'zod';`,
    '',
    `export const ${variable(plan.id)} = contract(${literal(plan.id)}, {`,
    `  version: ${literal(plan.version)},`,
    `  source: ${kind}(${place}, { partition: ${literal(plan.source.partition)}${missing} }),`,
    '  row: z.object({',
    ...columns,
    '  }),',
    `  eventTime: ${literal(plan.eventTime)},`,
    `  quarantine: { atMost: ${plan.quarantine.atMost} },`,
    '});',
    '',
  ].join('\n');
}

/** A comment ends with its line: whatever would end it is a space. */
function oneLine(text: string): string {
  return text.replace(/[\r\n\u2028\u2029]+/g, ' ');
}

function nameSource(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) && name !== '__proto__' ? name : `[${literal(name)}]`;
}

function variable(id: string): string {
  const camel = id.replace(/-+([a-z0-9]?)/g, (_, letter: string) => letter.toUpperCase());
  return reserved.has(camel) ? `${camel}Contract` : camel;
}

/** Ids that no variable may be called, or that the file imports. */
const reserved = new Set(
  `break case catch class const continue contract csv debugger default delete do else enum export extends false finally
  for function if implements import in instanceof interface let ndjson new null package parquet private protected
  public return sample static super switch this throw true try typeof var void while with yield await z`.split(/\s+/),
);

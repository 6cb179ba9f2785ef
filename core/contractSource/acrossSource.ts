import type { AcrossRulePlan } from '../acrossRulePlan.ts';
import { durationSource, literal } from './literal.ts';
import type { Use } from './usedWords.ts';
import { variable } from './variable.ts';

/** A rule across rows as the words say it. The contract that is referred to is known by its id's variable. */
export function acrossSource(rule: AcrossRulePlan, use: Use): string {
  switch (rule.kind) {
    case 'unique': {
      const [only = ''] = rule.columns;
      const columns = rule.columns.length === 1 ? literal(only) : `[${rule.columns.map(literal).join(', ')}]`;
      const within = rule.withinMs === undefined ? '' : `, { within: ${durationSource(rule.withinMs)} }`;
      return `${use('unique')}(${columns}${within})`;
    }
    case 'noDuplicates':
      return `${use('noDuplicates')}()`;
    case 'inOrder':
      return `${use('inOrder')}({ ${perSource(rule.per)}by: ${literal(rule.by)}, within: ${durationSource(rule.withinMs)} })`;
    case 'gapAtMost': {
      const options = `{ ${perSource(rule.per)}within: ${durationSource(rule.withinMs)} }`;
      return `${use('gapAtMost')}(${durationSource(rule.atMostMs)}, ${options})`;
    }
    case 'references': {
      const { contract, column } = rule.to;
      return `${use('references')}(${literal(rule.column)}, ${variable(contract)}, ${literal(column)})`;
    }
  }
}

function perSource(per: string | null): string {
  return per === null ? '' : `per: ${literal(per)}, `;
}

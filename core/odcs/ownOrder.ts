import { acrossRuleId } from '../acrossRules.ts';
import { batchRuleIds } from '../batch/batchRuleIds.ts';
import { canonicalJson } from '../canonicalJson.ts';
import type { ContractPlan } from '../contractPlan.ts';
import { rowRules } from '../rowRules.ts';
import { type DataMap, field, type Node, type Where } from './odcsData.ts';

/** Columns and rules of a plan by what the order is told with: names, and ids that each has in the document's order. */
interface Names {
  readonly columns: readonly string[];
  readonly rules: readonly string[];
  readonly across: readonly string[];
  readonly batch: readonly string[];
}

/** A plan in the order that the engine wrote into the document, where that has another by itself. */
export function inOwnOrder(plan: ContractPlan, own: Node, where: Where): ContractPlan {
  const data = field(own, 'order', 'map', where) ?? {};
  const order = { data, path: [...own.path, 'order'] };
  const names = namesOf(plan);
  const sorted = <T>(items: readonly T[], key: keyof Names): readonly T[] => {
    const wanted = field(order, key, 'list', where) ?? [];
    const at = (index: number): number => {
      const found = wanted.indexOf(names[key][index] ?? '');
      return found < 0 ? wanted.length : found;
    };
    const indexes = items.map((_, index) => index).sort((a, b) => at(a) - at(b));
    return indexes.flatMap((index) => items.slice(index, index + 1));
  };
  return {
    ...plan,
    columns: sorted(plan.columns, 'columns'),
    rules: sorted(plan.rules, 'rules'),
    across: sorted(plan.across, 'across'),
    batch: sorted(plan.batch, 'batch'),
  };
}

/** The order of a plan, as far as a reading of the document has another one. */
export function orderOf(plan: ContractPlan, read: ContractPlan): DataMap {
  const names = namesOf(read);
  const order: Record<string, readonly string[]> = {};
  for (const key of ['columns', 'rules', 'across', 'batch'] as const) {
    const items: readonly unknown[] = plan[key];
    const left: { readonly text: string; readonly name: string }[] = read[key].map((item, index) => {
      return { text: canonicalJson(item), name: names[key][index] ?? '' };
    });
    const wanted = items.flatMap((item) => {
      const at = left.findIndex(({ text }) => text === canonicalJson(item));
      return at < 0 ? [] : left.splice(at, 1).map(({ name }) => name);
    });
    if (wanted.some((name, index) => name !== names[key][index])) order[key] = wanted;
  }
  return order;
}

function namesOf(plan: ContractPlan): Names {
  return {
    columns: plan.columns.map(({ name }) => name),
    rules: rowRules(plan).flatMap(({ id, kind }) => (kind === 'rule' ? [id] : [])),
    across: plan.across.map(acrossRuleId),
    batch: batchRuleIds(plan.batch),
  };
}

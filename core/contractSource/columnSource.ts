import type { ColumnCheck, ColumnPlan } from '../contractPlan.ts';
import { literal } from './literal.ts';

/** How zod says a text's format, such as `z.email()`, by its name and pattern; undefined where it has no word for it. */
export type FormatSource = (name: string, pattern: string) => string | undefined;

/** A column as zod says it, such as `z.int().min(0).nullable()`. Read back, it gives the same plan. */
export function columnSource(column: ColumnPlan, formatSource: FormatSource = () => undefined): string {
  const values = column.checks.find((check) => check.kind === 'oneOf')?.values;
  const checked = values === undefined ? checkedSource(column, formatSource) : listed(values);
  return column.nullable ? `${checked}.nullable()` : checked;
}

/** A format that comes first of a text's checks is the type by itself. */
function checkedSource({ type, coerce, checks }: ColumnPlan, formatSource: FormatSource): string {
  const isCoerced = coerce === true;
  const first = checks.find((check) => check.kind === 'pattern' || check.kind === 'format');
  const own = isCoerced || first?.kind !== 'format' ? undefined : formatSource(first.name, first.pattern);
  const others = own === undefined ? checks : checks.filter((check) => check !== first);
  return `${own ?? typeSource(type, isCoerced)}${others.map((check) => checkSource(type, check, formatSource)).join('')}`;
}

function typeSource(type: ColumnPlan['type'], coerce: boolean): string {
  if (!coerce) return `z.${type}()`;
  return type === 'int' ? 'z.coerce.number().int()' : `z.coerce.${type}()`;
}

function listed(values: readonly (string | number)[]): string {
  const list = values.map(literal).join(', ');
  return values.every((value) => typeof value === 'string') ? `z.enum([${list}])` : `z.literal([${list}])`;
}

function checkSource(type: ColumnPlan['type'], check: ColumnCheck, formatSource: FormatSource): string {
  if (type === 'int' && isOfEveryInt(check)) return '';
  switch (check.kind) {
    case 'min':
    case 'max':
      return `.${check.kind}(${type === 'date' ? dateSource(check.value) : check.value})`;
    case 'moreThan':
      return type === 'date' ? `.check(z.gt(${dateSource(check.value)}))` : `.gt(${check.value})`;
    case 'lessThan':
      return type === 'date' ? `.check(z.lt(${dateSource(check.value)}))` : `.lt(${check.value})`;
    case 'minLength':
      return `.min(${check.value})`;
    case 'maxLength':
      return `.max(${check.value})`;
    case 'multipleOf':
      return `.multipleOf(${check.value})`;
    case 'pattern':
      return `.regex(${new RegExp(check.value)})`;
    case 'format': {
      const own = formatSource(check.name, check.pattern);
      return own === undefined ? `.regex(${new RegExp(check.pattern)})` : `.check(${own})`;
    }
    case 'oneOf':
      return '';
  }
}

/** `z.int()` says these by itself. */
function isOfEveryInt(check: ColumnCheck): boolean {
  return (
    (check.kind === 'min' && check.value === Number.MIN_SAFE_INTEGER) ||
    (check.kind === 'max' && check.value === Number.MAX_SAFE_INTEGER)
  );
}

function dateSource(ms: number): string {
  return `new Date('${new Date(ms).toISOString()}')`;
}

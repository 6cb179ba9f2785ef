import type { ColumnCheck, ColumnPlan } from '../contractPlan.ts';

/** A column as zod says it, such as `z.int().min(0).nullable()`. Read back, it gives the same plan. */
export function columnSource({ type, nullable, checks, coerce }: ColumnPlan): string {
  const values = checks.find((check) => check.kind === 'oneOf')?.values;
  const checked =
    values === undefined
      ? `${typeSource(type, coerce)}${checks.map((check) => checkSource(type, check)).join('')}`
      : listed(values);
  return nullable ? `${checked}.nullable()` : checked;
}

function typeSource(type: ColumnPlan['type'], coerce = false): string {
  if (!coerce) return `z.${type}()`;
  return type === 'int' ? 'z.coerce.number().int()' : `z.coerce.${type}()`;
}

function listed(values: readonly (string | number)[]): string {
  const list = values.map(literal).join(', ');
  return values.every((value) => typeof value === 'string') ? `z.enum([${list}])` : `z.literal([${list}])`;
}

function checkSource(type: ColumnPlan['type'], check: ColumnCheck): string {
  if (type === 'int' && isOfEveryInt(check)) return '';
  switch (check.kind) {
    case 'min':
    case 'max':
      return `.${check.kind}(${type === 'date' ? dateSource(check.value) : check.value})`;
    case 'moreThan':
      return `.gt(${check.value})`;
    case 'lessThan':
      return `.lt(${check.value})`;
    case 'minLength':
      return `.min(${check.value})`;
    case 'maxLength':
      return `.max(${check.value})`;
    case 'multipleOf':
      return `.multipleOf(${check.value})`;
    case 'pattern':
      return `.regex(${new RegExp(check.value)})`;
    case 'format':
      return `.regex(${new RegExp(check.pattern)})`;
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

/** A text or a number as TypeScript. */
export function literal(value: string | number): string {
  return typeof value === 'number'
    ? String(value)
    : `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

import type { ColumnCheck, ColumnPlan, ColumnType } from '../contractPlan.ts';
import { refusedPattern } from './libraryMetrics.ts';
import { type DataMap, field, type Node, type Where } from './odcsData.ts';
import type { Tell } from './told.ts';

/** The patterns of texts' formats by their names, such as `email`. */
export type FormatPatterns = ReadonlyMap<string, string>;

/** What a property's logicalTypeOptions say of each value. */
export function readOptions(
  property: Node,
  type: ColumnType,
  formats: FormatPatterns,
  where: Where,
  tell: Tell,
): ColumnCheck[] {
  const data = field(property, 'logicalTypeOptions', 'map', where);
  if (data === undefined) return [];
  const options = { data, path: [...property.path, 'logicalTypeOptions'] };
  const refuse = (key: string, what: string): ColumnCheck[] => {
    tell({ kind: 'unsupported', path: [...options.path, key], what });
    return [];
  };
  return Object.keys(data).flatMap((key): readonly ColumnCheck[] => {
    if (data[key] === null) return [];
    if (key === 'format') return formatChecks(options, type, formats, where, refuse);
    if (type === 'date') return dateChecks(options, key, where, refuse);
    if (type === 'string') return textChecks(options, key, where, refuse);
    const kind = type === 'boolean' ? undefined : limits[key];
    if (kind === undefined) return refuse(key, `option ${key}`);
    return [{ kind, value: field(options, key, 'number', where) ?? 0 } as ColumnCheck];
  });
}

/** The options that say these checks; those which options cannot say are left over. */
export function optionsOf(
  { type, checks }: ColumnPlan,
  formats: FormatPatterns,
): { readonly options: DataMap; readonly left: readonly ColumnCheck[] } {
  const options: Record<string, number | string> = {};
  const left: ColumnCheck[] = [];
  let texts = 0;
  for (const check of checks) {
    const said = type === 'int' && isOfEveryInt(check) ? {} : optionOf(type, check, formats, texts);
    if (check.kind === 'pattern' || check.kind === 'format') texts += 1;
    if (said === undefined || Object.keys(said).some((key) => key in options)) left.push(check);
    else Object.assign(options, said);
  }
  return { options, left };
}

/** The options that are a contract's; what else is there stays. */
export function isOwnOption(key: string, type: ColumnType): boolean {
  return key in limits || ['minLength', 'maxLength', 'pattern'].includes(key) || (key === 'format' && type !== 'date');
}

/** Every whole number is within these, whether it is said or not. */
export function isOfEveryInt(check: ColumnCheck): boolean {
  return (
    (check.kind === 'min' && check.value === Number.MIN_SAFE_INTEGER) ||
    (check.kind === 'max' && check.value === Number.MAX_SAFE_INTEGER)
  );
}

const limits: Readonly<Record<string, ColumnCheck['kind']>> = {
  minimum: 'min',
  maximum: 'max',
  exclusiveMinimum: 'moreThan',
  exclusiveMaximum: 'lessThan',
  multipleOf: 'multipleOf',
};

/** Texts are told in the order of their checks: only the first of them may stand here, or a format and the pattern behind it. */
function optionOf(
  type: ColumnType,
  check: ColumnCheck,
  formats: FormatPatterns,
  textsBefore: number,
): DataMap | undefined {
  switch (check.kind) {
    case 'pattern':
      return textsBefore === 0 ? { pattern: check.value } : undefined;
    case 'format':
      return textsBefore === 0 && formats.get(check.name) === check.pattern ? { format: check.name } : undefined;
    case 'oneOf':
      return undefined;
    case 'minLength':
    case 'maxLength':
      return { [check.kind]: check.value };
    default:
      return limitOf(type, check);
  }
}

function limitOf(type: ColumnType, check: Extract<ColumnCheck, { value: number }>): DataMap | undefined {
  const key = Object.entries(limits).find(([, kind]) => kind === check.kind)?.[0] ?? check.kind;
  if (type !== 'date') return { [key]: check.value };
  return Math.abs(check.value) <= latestMs ? { [key]: new Date(check.value).toISOString() } : undefined;
}

/** From there on years are written with a sign and six digits. */
const latestMs = Date.UTC(9999, 0);

type Refuse = (key: string, what: string) => ColumnCheck[];

function textChecks(options: Node, key: string, where: Where, refuse: Refuse): ColumnCheck[] {
  if (key === 'minLength' || key === 'maxLength')
    return [{ kind: key, value: field(options, key, 'number', where) ?? 0 }];
  if (key !== 'pattern') return refuse(key, `option ${key}`);
  const value = field(options, key, 'text', where) ?? '';
  const refused = refusedPattern(value);
  return refused === undefined ? [{ kind: 'pattern', value: new RegExp(value).source }] : refuse(key, refused);
}

function dateChecks(options: Node, key: string, where: Where, refuse: Refuse): ColumnCheck[] {
  if (key === 'timezone') return [];
  if (key === 'defaultTimezone') {
    const zone = field(options, key, 'text', where) ?? '';
    return /^(?:etc\/)?(?:utc|gmt)$/i.test(zone) ? [] : refuse(key, `zone ${zone}: a time without a zone is UTC`);
  }
  const kind = limits[key];
  if (kind === undefined || kind === 'multipleOf') return refuse(key, `option ${key}`);
  const text = field(options, key, 'text', where) ?? '';
  const value = instantOf(text);
  return value === undefined ? refuse(key, `'${text}', which is no ISO time`) : [{ kind, value } as ColumnCheck];
}

/** Milliseconds of `2001-03-15` or `2001-03-15 12:00:00+10:00`; UTC where no zone is said. */
function instantOf(text: string): number | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?) ?(Z|[+-]\d{2}:?\d{2})?)?$/.exec(text);
  if (match === null) return undefined;
  const ms = Date.parse(`${match[1]}T${match[2] ?? '00:00'}${match[3] ?? 'Z'}`);
  return Number.isNaN(ms) ? undefined : ms;
}

function formatChecks(
  options: Node,
  type: ColumnType,
  formats: FormatPatterns,
  where: Where,
  refuse: Refuse,
): ColumnCheck[] {
  const said = field(options, 'format', 'text', where) ?? '';
  if (type === 'date') return said.startsWith('yyyy-MM-dd') ? [] : refuse('format', `times written as ${said}`);
  if (type === 'int') return intFormat(said) ?? refuse('format', `format ${said}`);
  if (type === 'number' && said === 'f64') return [];
  const name = said === 'date-time' ? 'datetime' : said;
  const pattern = type === 'string' ? formats.get(name) : undefined;
  return pattern === undefined ? refuse('format', `format ${said}`) : [{ kind: 'format', name, pattern }];
}

/** Of as many bits, with a sign (`i`) or without (`u`). A whole number of a contract has 54 of them. */
function intFormat(format: string): ColumnCheck[] | undefined {
  const match = /^([iu])(8|16|32|64|128)$/.exec(format);
  if (match === null) return undefined;
  const bits = Number(match[2]);
  const isSigned = match[1] === 'i';
  const least: ColumnCheck[] = isSigned ? [] : [{ kind: 'min', value: 0 }];
  if (bits > 32) return least;
  if (!isSigned) return [...least, { kind: 'max', value: 2 ** bits - 1 }];
  return [
    { kind: 'min', value: -(2 ** (bits - 1)) },
    { kind: 'max', value: 2 ** (bits - 1) - 1 },
  ];
}

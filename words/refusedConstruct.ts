import type { z } from 'zod';
import { ecmaPattern } from '../core/ecmaPattern.ts';

/** A part of a zod schema that does not compile to SQL, and what to write instead. */
export interface Refusal {
  readonly construct: string;
  readonly instead: string;
}

/** What the walk reads of a zod definition: the schema's own, and those of its checks. */
interface Definition {
  readonly type: string;
  readonly check?: string;
  readonly format?: string;
  readonly pattern?: RegExp;
  readonly values?: readonly unknown[];
  readonly entries?: Readonly<Record<string, unknown>>;
  readonly checks?: readonly { readonly _zod: { readonly def: Definition } }[];
}

/**
 * The first thing in a column's schema that has no meaning in SQL, or undefined. `z.toJSONSchema` cannot tell: it drops
 * `.refine()`, `.trim()` and the flags of a pattern without a word, so the definitions themselves are walked.
 */
export function refusedConstruct(schema: z.core.$ZodType): Refusal | undefined {
  const own = schema._zod.def as unknown as Definition;
  if (!compiled.has(own.type)) return refusedType(own.type);
  return refusedValues(own) ?? refusedChecks(own);
}

/** `.refine()` and the like on a schema, where wrappers such as `.nullable()` carry it. */
export function refusedChecks(own: Pick<Definition, 'checks'>): Refusal | undefined {
  const checks = (own.checks ?? []).map((check) => check._zod.def);
  if (checks.filter((check) => check.check === 'multiple_of').length > 1) {
    return { construct: '.multipleOf() twice', instead: 'one .multipleOf() of their least common multiple' };
  }
  for (const check of [own as Definition, ...checks]) {
    const refusal = refusedCheck(check);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

const compiled = new Set(['number', 'string', 'boolean', 'date', 'enum', 'literal']);

const numericChecks = new Set(['greater_than', 'less_than', 'multiple_of', 'number_format']);
const lengthChecks = new Set(['min_length', 'max_length', 'length_equals']);

/** Formats whose pattern says all, and IPv6, see `ipv6Pattern`; the others (url, base64, jwt …) are checked by code. */
const patternFormats = new Set(
  'regex starts_with ends_with includes lowercase uppercase email guid uuid nanoid cuid cuid2 ulid xid ksuid ipv4 ipv6 mac cidrv4 date time datetime e164'.split(
    ' ',
  ),
);

/** What to write in place of formats that only code can check. */
const insteadOfFormat: Readonly<Record<string, string>> = {
  url: 'z.string().regex(/^https?:\\/\\/[^\\s\\/?#]+[^\\s]*$/), or a stricter pattern of your own',
  duration: 'z.number() of seconds, or .regex(…) with a pattern of your own',
};

function refusedCheck({ check, format = '', pattern, ...rest }: Definition): Refusal | undefined {
  if (check === undefined || lengthChecks.has(check)) return undefined;
  if (numericChecks.has(check)) return refusedBound((rest as { value?: unknown }).value);
  if (check === 'custom') return { construct: '.refine(), .superRefine() or .check()', instead: instead.refine };
  if (check === 'overwrite')
    return { construct: '.trim(), .toLowerCase() or another rewrite', instead: instead.rewrite };
  if (check !== 'string_format') return { construct: `the check '${check}'`, instead: instead.column };
  if (!patternFormats.has(format) || pattern === undefined) {
    const instead = insteadOfFormat[format] ?? '.regex(…) with a pattern of your own';
    return { construct: `the format '${format}'`, instead };
  }
  // Zod looks from the position on, its pattern at that place alone.
  if ((rest as { position?: number }).position !== undefined) {
    return { construct: '.includes() with a position', instead: '.regex(…)' };
  }
  if (format === 'ipv6') return undefined;
  return refusedPattern(pattern);
}

function refusedBound(value: unknown): Refusal | undefined {
  const number = value instanceof Date ? value.getTime() : value;
  if (number === undefined || (typeof number === 'number' && Number.isFinite(number))) return undefined;
  return { construct: `the limit ${String(value)}`, instead: 'a finite number or a valid date' };
}

function refusedPattern(pattern: RegExp): Refusal | undefined {
  if (pattern.flags !== '') {
    return {
      construct: `the flags '${pattern.flags}' of ${String(pattern)}`,
      instead: 'the pattern without flags, such as [A-Za-z] in place of the flag i',
    };
  }
  const translated = ecmaPattern(pattern.source);
  if (!('refused' in translated)) return undefined;
  const construct = `${translated.refused} in ${String(pattern)}`;
  return { construct, instead: 'a pattern without it, or several .regex()' };
}

function refusedValues({ type, values, entries }: Definition): Refusal | undefined {
  if (type !== 'literal' && type !== 'enum') return undefined;
  const all = values ?? Object.values(entries ?? {});
  const types = new Set(all.map((value) => typeof value));
  const [only] = types;
  if (types.size === 1 && (only === 'string' || (only === 'number' && all.every(Number.isFinite)))) return undefined;
  const construct = `z.${type}() of ${types.size === 1 ? `${only} values` : 'values of several types, or of none'}`;
  return {
    construct,
    instead: 'texts only or finite numbers only, with .nullable() for null and z.boolean() for both',
  };
}

function refusedType(type: string): Refusal {
  return { construct: constructs[type] ?? `z.${type}()`, instead: insteadOf[type] ?? instead.column };
}

const instead = {
  column: 'z.int(), z.number(), z.string(), z.boolean(), z.date(), z.enum() or z.literal()',
  refine:
    "checks that SQL knows: .min(), .max(), .multipleOf(), .regex(), z.enum(), or rules: [column('a').above('b')]",
  rewrite: 'a check, such as .regex(): a contract judges rows and never changes them',
  flat: 'a column of its own for each value: rows are flat',
} as const;

const constructs: Readonly<Record<string, string>> = {
  pipe: '.transform(), .pipe() or z.preprocess()',
  transform: 'z.transform()',
  union: 'z.union()',
  default: '.default()',
  prefault: '.prefault()',
  nonoptional: '.nonoptional()',
  template_literal: 'z.templateLiteral()',
};

const insteadOf: Readonly<Record<string, string>> = {
  pipe: instead.rewrite,
  transform: instead.rewrite,
  default: '.nullable(): a contract judges rows and never fills them in',
  prefault: '.nullable(): a contract judges rows and never fills them in',
  catch: '.nullable(): a contract judges rows and never fills them in',
  nonoptional: 'the type without .optional()',
  union: 'one type, with .nullable() where null may come, or z.enum() of texts',
  object: instead.flat,
  array: instead.flat,
  tuple: instead.flat,
  record: instead.flat,
  map: instead.flat,
  set: instead.flat,
  bigint: 'z.int(): whole numbers up to 2^53 - 1',
  template_literal: 'z.string().regex(…)',
  custom: instead.refine,
};

import { z } from 'zod';
import type { ColumnCheck, ColumnPlan, ColumnType } from '../core/contractPlan.ts';
import { WhetError } from '../core/errors.ts';
import { type Refusal, refusedChecks, refusedConstruct } from './refusedConstruct.ts';
import { textChecks } from './textChecks.ts';

/**
 * The columns of a contract from its zod object, with their checks in a fixed order, as the data path compiles them to
 * SQL. Throws `contract.uncompilable`, naming the column, what cannot be compiled and what to write instead.
 */
export function columnsOf(row: z.ZodObject, contract: string): readonly ColumnPlan[] {
  refuse(refusedRow(row), `the row of contract '${contract}'`);
  return Object.entries(row.shape).map(([name, schema]) => columnOf(name, schema, contract));
}

function refusedRow(row: z.ZodObject): Refusal | undefined {
  const { catchall, shape } = row._zod.def;
  if (Object.keys(shape).length === 0) return { construct: 'a row without columns', instead: 'one column or more' };
  if (catchall !== undefined)
    return { construct: 'z.strictObject(), z.looseObject() or .catchall()', instead: 'z.object()' };
  return refusedChecks({ checks: row._zod.def.checks as never });
}

function columnOf(name: string, schema: z.core.$ZodType, contract: string): ColumnPlan {
  const place = `column '${name}' of contract '${contract}'`;
  const { inner, nullable } = unwrapped(schema, place);
  refuse(refusedConstruct(inner), place);
  const json = z.toJSONSchema(inner, { io: 'input', unrepresentable: 'any', override: describeDate }) as ColumnSchema;
  const coerces = (inner._zod.def as { coerce?: boolean }).coerce === true;
  return {
    name,
    type: typeOf(inner, json),
    nullable,
    ...(coerces ? { coerce: true } : {}),
    checks: checksOf(inner, json),
  };
}

/** `.nullable()`, `.optional()` and `.readonly()` taken off: the first two mean that null may come. */
function unwrapped(schema: z.core.$ZodType, place: string): { inner: z.core.$ZodType; nullable: boolean } {
  const def = schema._zod.def as z.core.$ZodTypeDef & { innerType?: z.core.$ZodType };
  const opens = def.type === 'nullable' || def.type === 'optional';
  if (def.innerType === undefined || (!opens && def.type !== 'readonly')) return { inner: schema, nullable: false };
  refuse(refusedChecks({ checks: def.checks as never }), place);
  const within = unwrapped(def.innerType, place);
  return { inner: within.inner, nullable: opens || within.nullable };
}

function refuse(refusal: Refusal | undefined, place: string): void {
  if (refusal === undefined) return;
  throw new WhetError('contract.uncompilable', {
    expected: 'checks that compile to SQL',
    came: `${refusal.construct} in ${place}`,
    todo: `Write instead: ${refusal.instead}.`,
  });
}

/** The part of a column's JSON Schema that zod writes for the constructs that compile. */
interface ColumnSchema {
  type?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  multipleOf?: number;
  minLength?: number;
  maxLength?: number;
  enum?: readonly (string | number)[];
  const?: string | number;
}

/** JSON has no dates: limits become milliseconds UTC, the tightest of each kind. */
function describeDate({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodTypes; jsonSchema: object }): void {
  if (zodSchema._zod.def.type !== 'date') return;
  const schema = jsonSchema as ColumnSchema;
  schema.type = 'date';
  for (const check of zodSchema._zod.def.checks ?? []) {
    const limit = check._zod.def as unknown as { check: string; value: Date; inclusive: boolean };
    const ms = limit.value.getTime();
    if (limit.check === 'greater_than') {
      const key = limit.inclusive ? 'minimum' : 'exclusiveMinimum';
      schema[key] = Math.max(schema[key] ?? ms, ms);
    } else {
      const key = limit.inclusive ? 'maximum' : 'exclusiveMaximum';
      schema[key] = Math.min(schema[key] ?? ms, ms);
    }
  }
}

/** Whole numbers are `int`, be they declared so or listed; every other type keeps its JSON Schema's name. */
function typeOf(schema: z.core.$ZodType, json: ColumnSchema): ColumnType {
  if (json.type === 'integer') return 'int';
  const listed = valuesOf(json);
  if (listed?.every(Number.isInteger) === true) return 'int';
  return (listed === undefined ? schema._zod.def.type : json.type) as ColumnType;
}

function checksOf(schema: z.core.$ZodType, json: ColumnSchema): ColumnCheck[] {
  const values = valuesOf(json);
  return [
    ...limit('min', json.minimum),
    ...limit('moreThan', json.exclusiveMinimum),
    ...limit('max', json.maximum),
    ...limit('lessThan', json.exclusiveMaximum),
    ...limit('multipleOf', json.multipleOf),
    ...limit('minLength', json.minLength),
    ...limit('maxLength', json.maxLength),
    ...textChecks(schema),
    ...(values === undefined ? [] : [{ kind: 'oneOf', values } as const]),
  ];
}

function valuesOf(json: ColumnSchema): readonly (string | number)[] | undefined {
  return json.const === undefined ? json.enum : [json.const];
}

type LimitKind = Extract<ColumnCheck, { value: number }>['kind'];

function limit(kind: LimitKind, value: number | undefined): readonly ColumnCheck[] {
  return value === undefined ? [] : [{ kind, value } as ColumnCheck];
}

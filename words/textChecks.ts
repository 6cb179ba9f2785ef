import type { z } from 'zod';
import type { ColumnCheck } from '../core/contractPlan.ts';
import { ipv6Pattern } from './ipv6Pattern.ts';

/** What is read of zod's definition of a text's format, which is the schema's own or one of its checks. */
interface FormatDefinition {
  readonly check?: string;
  readonly format?: string;
  readonly pattern?: RegExp;
}

/**
 * A text column's patterns and formats, in the order in which they were written. `z.toJSONSchema` gives them as patterns
 * without a name, and of some formats a pattern that zod itself does not go by.
 */
export function textChecks(schema: z.core.$ZodType): ColumnCheck[] {
  const own = schema._zod.def as FormatDefinition & z.core.$ZodTypeDef;
  const checks = (own.checks ?? []).map((check) => check._zod.def as FormatDefinition);
  return [own, ...checks].filter(({ check }) => check === 'string_format').map(textCheck);
}

function textCheck({ format = '', pattern }: FormatDefinition): ColumnCheck {
  const source = pattern?.source ?? '';
  if (spelledPatterns.has(format)) return { kind: 'pattern', value: source };
  return { kind: 'format', name: format, pattern: format === 'ipv6' ? ipv6Pattern : source };
}

/** Formats of zod that say no more than a pattern does. */
const spelledPatterns = new Set(['regex', 'starts_with', 'ends_with', 'includes', 'lowercase', 'uppercase']);

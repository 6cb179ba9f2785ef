import { readFile } from 'node:fs/promises';
import { WhetError } from '../core/errors.ts';
import type { TrafficRule, TrafficVariant } from '../core/routing.ts';
import type { TrafficWish } from '../core/servingPlan.ts';

/** What `whet traffic` is told. */
export interface TrafficOptions {
  /** `b=3:0.05`, or `b=3:0.05:1` with its share in shadow. */
  readonly variant?: readonly string[];
  /** `country=DE,tier=gold:b`. */
  readonly rule?: readonly string[];
  readonly stickyBy?: string;
  readonly fallback?: string;
  readonly deadlineMs?: string;
  readonly file?: string;
  readonly none?: boolean;
}

/** What is wanted: undefined where nothing is said, null for no traffic at all. Its values are checked where it is taken. Throws `input.invalid`. */
export async function trafficWish(options: TrafficOptions): Promise<TrafficWish<number> | null | undefined> {
  const { variant = [], rule = [], stickyBy, fallback, deadlineMs, file, none = false } = options;
  const isSaid = [variant, rule].some((all) => all.length > 0) || [stickyBy, fallback, deadlineMs].some((one) => one);
  if ([none, file !== undefined, isSaid].filter(Boolean).length > 1)
    throw refused('--none, --file, or --variant and what goes with it', 'more than one of them');
  if (none) return null;
  if (file !== undefined) return jsonIn(file);
  if (!isSaid) return undefined;
  return {
    variants: Object.fromEntries(variant.map(variantOf)),
    rules: rule.map(ruleOf),
    ...(stickyBy === undefined ? {} : { stickyBy }),
    ...(fallback === undefined ? {} : { fallback: fallback.split(',') }),
    ...(deadlineMs === undefined ? {} : { deadlineMs: Number(deadlineMs) }),
  };
}

async function jsonIn(file: string): Promise<TrafficWish<number>> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    const came = error instanceof Error ? error.message : String(error);
    throw new WhetError('input.invalid', { expected: `a traffic as JSON in ${file}`, came }, error);
  }
}

function variantOf(text: string): readonly [string, TrafficVariant<number>] {
  const [, name = '', version, weight = '0', shadow = '0'] =
    /^([^=]+)=v?(\d+)(?::([\d.]+))?(?::([\d.]+))?$/.exec(text) ?? [];
  if (version === undefined) throw refused('--variant name=version:weight or name=version:weight:shadow', `'${text}'`);
  return [name, { version: Number(version), weight: Number(weight), shadow: Number(shadow) }];
}

function ruleOf(text: string): TrafficRule {
  const [, when = '', variant] = /^(.+=.*):([^:]+)$/.exec(text) ?? [];
  if (variant === undefined) throw refused('--rule name=value:variant', `'${text}'`);
  const entries = when.split(',').map((part) => {
    const at = part.indexOf('=');
    return [part.slice(0, at), part.slice(at + 1)];
  });
  return { when: Object.fromEntries(entries), variant };
}

function refused(expected: string, came: string): WhetError {
  return new WhetError('input.invalid', { expected, came, todo: 'whet traffic --help shows an example.' });
}

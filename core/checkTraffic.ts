import { neverAnswer } from './chooseVariant.ts';
import { WhetError } from './errors.ts';
import { didYouMean } from './nearestName.ts';
import type { Traffic, TrafficRule, TrafficVariant } from './routing.ts';

/** Longest deadline: beyond it a caller has gone. */
const longestDeadlineMs = 60_000;

/**
 * A traffic that came as JSON, held to its form and to itself; `isVersion` knows how a version is named where it came from.
 * Throws `traffic.invalid`, naming the place.
 */
export function checkTraffic<V>(value: unknown, isVersion: (value: unknown) => value is V): Traffic<V> {
  const traffic = objectOf(value, 'traffic', ['variants', 'rules', 'stickyBy', 'fallback', 'deadlineMs']);
  const variants = variantsOf(traffic.variants, isVersion);
  const rules = rulesOf(traffic.rules, variants);
  const fallback = fallbackOf(traffic.fallback, variants);
  const { stickyBy, deadlineMs } = traffic;
  if (stickyBy !== undefined) metadataName(stickyBy, 'stickyBy');
  if (typeof deadlineMs !== 'number' || !(deadlineMs >= 1 && deadlineMs <= longestDeadlineMs)) {
    throw invalid(`deadlineMs from 1 to ${longestDeadlineMs}`, shown(deadlineMs));
  }
  return { variants, rules, ...(typeof stickyBy === 'string' ? { stickyBy } : {}), fallback, deadlineMs };
}

type Variants<V> = Readonly<Record<string, TrafficVariant<V>>>;

function variantsOf<V>(value: unknown, isVersion: (value: unknown) => value is V): Variants<V> {
  const named = Object.entries(objectOf(value, 'variants'));
  const variants = named.map(([name, variant]) => [variantName(name), variantOf(name, variant, isVersion)] as const);
  const sum = variants.reduce((all, [, { weight }]) => all + weight, 0);
  // Shares written in decimals may come to a little more than 1.
  if (sum > 1 + 1e-9) throw invalid('weights of 1 in all at most', String(sum));
  return Object.fromEntries(variants);
}

/** Letters that stand in metrics, headers and file names as they are. */
function variantName(name: string): string {
  if (/^[a-z][a-z0-9_-]{0,39}$/.test(name) && name !== 'champion') return name;
  throw invalid("names of variants in small letters, digits, '-' and '_', none of them 'champion'", `'${name}'`);
}

function variantOf<V>(name: string, value: unknown, isVersion: (value: unknown) => value is V): TrafficVariant<V> {
  const { version, weight, shadow } = objectOf(value, `variants.${name}`, ['version', 'weight', 'shadow']);
  if (!isVersion(version)) throw invalid(`a version in variants.${name}`, shown(version));
  const share = shareOf(weight, `variants.${name}.weight`);
  if (share > 0 && neverAnswer.includes(name)) throw invalid(`weight 0 for '${name}', which never answers`, `${share}`);
  return { version, weight: share, shadow: shareOf(shadow, `variants.${name}.shadow`) };
}

function shareOf(value: unknown, place: string): number {
  if (typeof value === 'number' && value >= 0 && value <= 1) return value;
  throw invalid(`a share from 0 to 1 in ${place}`, shown(value));
}

function rulesOf(value: unknown, variants: Variants<unknown>): TrafficRule[] {
  return listOf(value, 'rules').map((rule, at) => {
    const { when, variant } = objectOf(rule, `rules[${at}]`, ['when', 'variant']);
    const entries = Object.entries(objectOf(when, `rules[${at}].when`));
    if (entries.length === 0) throw invalid(`metadata in rules[${at}].when`, 'none, which every request would fit');
    const needs = entries.map(([name, text]) => {
      if (typeof text !== 'string') throw invalid(`text in rules[${at}].when.${name}`, shown(text));
      return [metadataName(name, `rules[${at}].when`), text] as const;
    });
    return { when: Object.fromEntries(needs), variant: answering(variant, variants, `rules[${at}].variant`) };
  });
}

function fallbackOf(value: unknown, variants: Variants<unknown>): string[] {
  const names = listOf(value, 'fallback').map((name, at) => answering(name, variants, `fallback[${at}]`));
  if (new Set(names).size < names.length) throw invalid('each name once in fallback', names.join(', '));
  return names;
}

/** The name of one that may answer. */
function answering(name: unknown, variants: Variants<unknown>, place: string): string {
  const names = ['champion', ...Object.keys(variants).filter((each) => !neverAnswer.includes(each))];
  if (typeof name === 'string' && names.includes(name)) return name;
  const hint = typeof name === 'string' ? didYouMean(name, names) : '';
  throw invalid(`one of ${names.join(', ')} in ${place}`, `${shown(name)}${hint}`);
}

/** Metadata come as headers, whose names have no capital letters. */
function metadataName(name: unknown, place: string): string {
  if (typeof name === 'string' && /^[a-z0-9][a-z0-9_-]{0,99}$/.test(name)) return name;
  throw invalid(`names of metadata in small letters, digits, '-' and '_' in ${place}`, shown(name));
}

function objectOf(value: unknown, place: string, known?: readonly string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(`an object in ${place}`, shown(value));
  }
  const strange = Object.keys(value).find((name) => known !== undefined && !known.includes(name));
  if (strange === undefined) return value as Record<string, unknown>;
  throw invalid(`${known?.join(', ')} in ${place}`, `'${strange}'${didYouMean(strange, known ?? [])}`);
}

function listOf(value: unknown, place: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw invalid(`a list in ${place}`, shown(value));
}

function shown(value: unknown): string {
  return value === undefined ? 'none' : JSON.stringify(value).slice(0, 100);
}

function invalid(expected: string, came: string): WhetError {
  return new WhetError('traffic.invalid', { expected, came });
}

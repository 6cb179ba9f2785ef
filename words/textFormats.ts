import { z } from 'zod';
import { textChecks } from './textChecks.ts';

/** A text's format as the plan holds it, and how zod says it. */
export interface TextFormat {
  readonly name: string;
  readonly pattern: string;
  /** Such as `z.email()`. */
  readonly source: string;
}

/** All formats of zod that compile to SQL; of those with options, the ones that are in use. The plain one comes first. */
export const textFormats: readonly TextFormat[] = [
  ...['email', 'guid', 'uuid', 'nanoid', 'cuid', 'cuid2', 'ulid', 'xid', 'ksuid', 'ipv4', 'ipv6', 'mac', 'cidrv4'].map(
    plain,
  ),
  plain('e164'),
  ...(['v1', 'v2', 'v3', 'v4', 'v5', 'v6', 'v7', 'v8'] as const).map((version) =>
    format(z.uuid({ version }), `z.uuid({ version: '${version}' })`),
  ),
  format(z.iso.date(), 'z.iso.date()'),
  ...precisions().map(({ options, text }) => format(z.iso.time(options), `z.iso.time(${braced(text)})`)),
  ...[{}, { local: true }, { offset: true }, { local: true, offset: true }].flatMap((zone) => {
    const zones = Object.keys(zone).map((key) => `${key}: true`);
    return precisions().map(({ options, text }) =>
      format(z.iso.datetime({ ...zone, ...options }), `z.iso.datetime(${braced([...zones, ...text])})`),
    );
  }),
];

/** The pattern of each format without options, by its name. */
export const formatPatterns: ReadonlyMap<string, string> = new Map(
  // Of two with a name the later one would hold.
  [...textFormats].reverse().map(({ name, pattern }) => [name, pattern]),
);

/** How zod says a format; undefined where it is none of those above. */
export function formatSource(name: string, pattern: string): string | undefined {
  return textFormats.find((one) => one.name === name && one.pattern === pattern)?.source;
}

type Plain = 'email' | 'guid' | 'uuid' | 'ipv4' | 'ipv6';

function plain(name: string): TextFormat {
  return format(z[name as Plain](), `z.${name}()`);
}

function format(schema: z.core.$ZodType, source: string): TextFormat {
  const [check] = textChecks(schema);
  if (check?.kind !== 'format') throw new TypeError(`${source} is no format`);
  return { name: check.name, pattern: check.pattern, source };
}

/** Digits behind the second: as many as there are, none, three, six; -1: no seconds at all. */
function precisions(): { readonly options: { precision?: number }; readonly text: readonly string[] }[] {
  const said = [0, 3, 6, -1].map((precision) => ({ options: { precision }, text: [`precision: ${precision}`] }));
  return [{ options: {}, text: [] }, ...said];
}

function braced(parts: readonly string[]): string {
  return parts.length === 0 ? '' : `{ ${parts.join(', ')} }`;
}

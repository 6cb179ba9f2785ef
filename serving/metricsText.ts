import type { HistogramCounts } from './histogram.ts';

type Labels = Readonly<Record<string, string>>;

/** A metric with all its samples. */
export type MetricFamily = { readonly name: string; readonly help: string } & (
  | {
      readonly type: 'gauge' | 'counter';
      readonly samples: readonly { readonly labels: Labels; readonly value: number }[];
      /** What several processes' gauges are as one; the largest where left out. */
      readonly together?: 'sum' | 'least';
    }
  | { readonly type: 'histogram'; readonly samples: readonly ({ readonly labels: Labels } & HistogramCounts)[] }
);

/** A family with one sample that has no labels. */
export function single(
  name: string,
  type: 'gauge' | 'counter',
  help: string,
  value: number,
  together?: 'sum' | 'least',
): MetricFamily {
  return { name, type, help, samples: [{ labels: {}, value }], ...(together === undefined ? {} : { together }) };
}

/** Prometheus' text format 0.0.4. */
export function metricsText(families: readonly MetricFamily[]): string {
  return families.map(family).join('');
}

function family(of: MetricFamily): string {
  const { name, help, type } = of;
  const lines =
    of.type === 'histogram'
      ? of.samples.map(({ labels, buckets, sum }) => histogram(name, labels, { buckets, sum }))
      : of.samples.map(({ labels, value }) => `${name}${labelText(labels)} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function histogram(name: string, labels: Labels, { buckets, sum }: HistogramCounts): string {
  const lines = buckets.map(([bound, count]) => {
    const le = bound === Number.POSITIVE_INFINITY ? '+Inf' : String(bound);
    return `${name}_bucket${labelText({ ...labels, le })} ${count}\n`;
  });
  const count = buckets.at(-1)?.[1] ?? 0;
  return `${lines.join('')}${name}_sum${labelText(labels)} ${sum}\n${name}_count${labelText(labels)} ${count}\n`;
}

/** The format's own escapes of a label's value: `\\`, `\"` and `\n`. */
function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openHistogram } from '../../serving/histogram.ts';
import { mergedFamilies } from '../../serving/mergedFamilies.ts';
import { type MetricFamily, metricsText, single } from '../../serving/metricsText.ts';

const counts = (values: Readonly<Record<string, number>>): MetricFamily => ({
  name: 'requests_total',
  help: 'Requests.',
  type: 'counter',
  samples: Object.entries(values).map(([route, value]) => ({ labels: { route }, value })),
});

test('counters are added label by label, and gauges as each says of itself', () => {
  const one = [
    counts({ a: 3, b: 1 }),
    single('under_way', 'gauge', '', 2, 'sum'),
    single('epoch', 'gauge', '', 7, 'least'),
    single('lag', 'gauge', '', 0.5),
  ];
  const other = [
    counts({ b: 4, c: 2 }),
    single('under_way', 'gauge', '', 5, 'sum'),
    single('epoch', 'gauge', '', 6, 'least'),
    single('lag', 'gauge', '', 0.25),
    single('own', 'counter', '', 1),
  ];
  const lines = metricsText(mergedFamilies([one, other])).split('\n');
  expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toEqual([
    'requests_total{route="a"} 3',
    'requests_total{route="b"} 5',
    'requests_total{route="c"} 2',
    'under_way 7',
    'epoch 6',
    'lag 0.5',
    'own 1',
  ]);
});

test('histograms of several processes are that of all values', () => {
  const values = fc.array(fc.array(fc.double({ min: 0, max: 2, noNaN: true }), { maxLength: 20 }), {
    minLength: 1,
    maxLength: 4,
  });
  const told = (all: readonly number[]): MetricFamily => {
    const histogram = openHistogram([0.1, 0.5, 1]);
    for (const value of all) histogram.add(value);
    return { name: 'seconds', help: '', type: 'histogram', samples: [{ labels: {}, ...histogram.read() }] };
  };
  fc.assert(
    fc.property(values, (processes) => {
      const [merged] = mergedFamilies(processes.map((each) => [told(each)]));
      const [sample] = merged?.type === 'histogram' ? merged.samples : [];
      const whole = told(processes.flat());
      const [expected] = whole.type === 'histogram' ? whole.samples : [];
      expect(sample?.buckets).toEqual(expected?.buckets);
      expect(sample?.sum).toBeCloseTo(expected?.sum ?? 0, 9);
    }),
  );
});

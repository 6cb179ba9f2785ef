import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FindingState, type Look, type MonitorFinding, textBeside } from '../../core/look.ts';
import type { MatrixPart } from '../../core/matrix.ts';
import { hourMs, hourOf } from '../../core/time.ts';
import type { WatchPlan } from '../../core/watchPlan.ts';
import type { ParityRows } from '../../features/parityRows.ts';
import { lookAt } from '../../monitoring/lookAt.ts';
import { putObjectJson } from '../../storage/objects.ts';
import { inputDrift } from '../../words/inputDrift.ts';
import { watchOf } from '../../words/watchDefinition.ts';
import { atMs, type WatchedFlights, watchedFlights } from './watchedFlights.ts';

let flights: WatchedFlights;
beforeAll(async () => {
  flights = await watchedFlights();
});
afterAll(() => flights.ports.remove());

const watch: WatchPlan = watchOf({ monitors: [inputDrift()] }, 'auc', 'watch');

async function found(rows: Pick<ParityRows, 'rows' | 'raw'>, earlier: readonly Look[] = [], watching = watch) {
  return lookAt(await flights.seen(rows, { earlier }), watching);
}

const about = (findings: readonly MonitorFinding[], state: FindingState): string[] =>
  findings.filter((finding) => finding.state === state).map((finding) => finding.about);

test('rows like those that the champion was validated on are fine, feature by feature', async () => {
  const findings = await found(await flights.drawn(800, 1));
  expect(about(findings, 'off')).toEqual([]);
  // The rows of a window read one hour's table, those of the reference many.
  expect(about(findings, 'too little to say').map((one) => one.split(':')[0])).toEqual(
    expect.arrayContaining(['originLately', 'destinationLately']),
  );
  expect(about(findings, 'fine')).toHaveLength(10);
  expect(findings.map((finding) => finding.about)).toEqual(
    ['distance', 'originLately', 'destinationLately']
      .flatMap((name) => [
        ...measures.map((measure) => `${name}: ${measure}`),
        ...['Kolmogorov-Smirnov distance', 'missing values'].map((measure) => `${name}: ${measure}`),
      ])
      .concat(
        ['origin', 'destination'].flatMap((name) =>
          [...measures, 'new values'].map((measure) => `${name}: ${measure}`),
        ),
      ),
  );
  expect(findings[0]).toMatchObject({
    monitor: 'input-drift',
    kind: 'input drift',
    rows: 800,
    to: '2001-03-16T00:00:00.000Z',
  });
});

const measures = ['population stability index', 'Jensen-Shannon distance'];

test('what drifted is named, and what did not is fine', async () => {
  const drawn = await flights.drawn(800, 2);
  const longer = { ...drawn.raw, distance: (drawn.raw.distance ?? []).map((miles) => Math.round(1.4 * Number(miles))) };
  const findings = await found({ rows: drawn.rows, raw: longer });
  expect(about(findings, 'off')).toEqual(
    [...measures, 'Kolmogorov-Smirnov distance'].map((measure) => `distance: ${measure}`),
  );
  const [first] = findings;
  expect(first?.text).toMatch(
    /^distance: population stability index [\d.]+ over 800 rows \(median \d+, was \d+\), p = .* by chance alone, held to/,
  );
  expect(first && textBeside(first)).toMatch(/^[\d.]+ over 800 rows/);
  expect(first?.value ?? 0).toBeGreaterThan(first?.limit ?? 1);
});

test('values that the champion never saw are new, and do not look like those it knows', async () => {
  const drawn = await flights.drawn(800, 3);
  const origin = (drawn.raw.origin ?? []).map((known, row) => (row % 20 === 0 ? 'XXX' : known));
  const findings = await found({ rows: drawn.rows, raw: { ...drawn.raw, origin } });
  expect(about(findings, 'off')).toContain('origin: new values');
  expect(findings.find((finding) => finding.about === 'origin: new values')?.text).toMatch(/5(\.\d+)? %, were 0/);
});

test('too few rows say so, of each feature that is asked for', async () => {
  const distance = watchOf({ monitors: [inputDrift({ features: ['distance'] })] }, 'auc', 'watch');
  const findings = await found(await flights.drawn(199, 4), [], distance);
  expect(about(findings, 'too little to say')).toHaveLength(4);
  expect(findings[0]?.text).toBe('199 rows came, 200 are needed');
});

test('what quiet windows of the same hours had is no drift, and more than they had is', async () => {
  const drawn = await flights.drawn(800, 5);
  const [one] = await found(longer(drawn, 1.4));
  const day = 24 * hourMs;
  const quiet = Array.from({ length: 12 }, (_, back) =>
    lookWith(atMs - (back + 1) * day, (one?.value ?? 0) * (1 + 0.02 * (back % 3))),
  );
  expect(about(await found(longer(drawn, 1.4), quiet), 'off')).not.toContain('distance: population stability index');
  const more = await found(longer(drawn, 2), quiet);
  expect(about(more, 'off')).toContain('distance: population stability index');
  expect(more[0]?.text).toContain('by 9 quiet windows like it');
});

test('quiet windows of few rows had much of chance, which a window of many rows is not held to', async () => {
  const drawn = await flights.drawn(800, 7);
  const earlier = Array.from({ length: 12 }, (_, back) =>
    lookWith(atMs - (back + 1) * 24 * hourMs, 0.04 + 0.1 * (back % 4), { rows: 60, valueRows: 40 }),
  );
  const [index] = await found(longer(drawn, 2), earlier);
  expect(index).toMatchObject({ about: 'distance: population stability index', state: 'off' });
  expect(index?.text).toContain('by 9 quiet windows like it, of about 40 rows, held to');
  expect((await found(drawn, earlier))[0]?.state).toBe('fine');
});

test('before there were looks, the hours that the champion was trained on tell what is quiet', async () => {
  const { matrix, ports } = flights;
  const days = Array.from({ length: 14 }, (_, back) => hourOf(atMs - hourMs - (14 - back) * 24 * hourMs));
  const hours = days.map((hour, at) => ({ ...(matrix.train[at % matrix.train.length] as MatrixPart), hour }));
  const trained = await putObjectJson(ports.store, { ...matrix, train: hours });
  const champion = { ...flights.package, lineage: { ...flights.package.lineage, matrix: trained } };
  const findings = await lookAt(await flights.seen(await flights.drawn(800, 6), { champion }), watch);
  expect(about(findings, 'too little to say')).toEqual([]);
  // Of 14 days ten are no weekend, and two of these hours of the night have too few rows.
  expect(findings.find((finding) => finding.about === 'originLately: Jensen-Shannon distance')?.text).toContain(
    'by 8 quiet windows like it',
  );
});

function longer({ rows, raw }: ParityRows, times: number): Pick<ParityRows, 'rows' | 'raw'> {
  return { rows, raw: { ...raw, distance: (raw.distance ?? []).map((miles) => Math.round(times * Number(miles))) } };
}

function lookWith(at: number, value: number, rows: Partial<MonitorFinding> = { rows: 800 }): Look {
  const finding: MonitorFinding = {
    ...{ monitor: 'input-drift', kind: 'input drift', about: 'distance: population stability index', state: 'fine' },
    ...{ from: '', to: '', rows: 800, ...rows, value, limit: null, text: '' },
  };
  return {
    format: 1,
    pipeline: 'flight-delays',
    at: new Date(at).toISOString(),
    plan: '',
    champion: null,
    findings: [finding],
  };
}

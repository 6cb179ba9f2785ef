import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { FeedbackLine } from '../../core/feedback.ts';
import { type HourLabels, type LabelJoin, linesCounted, type UnplacedLabels } from '../../core/labelJoin.ts';
import { hourMs, hourOf } from '../../core/time.ts';
import { joinedRows } from '../../monitoring/joinedRows.ts';
import { joinLabels, type LabelJoinRequest } from '../../monitoring/joinLabels.ts';
import type { JoinPorts } from '../../monitoring/storedRows.ts';
import type { PredictionLine } from '../../serving/predictionLog.ts';
import { digestOfValue } from '../../storage/digest.ts';
import { openJoinPorts, pipeline, prediction, writeLog } from './logFixture.ts';

const start = Date.parse('2001-03-15T12:00:00.000Z');
const iso = (minutes: number) => new Date(start + minutes * 60_000).toISOString();
const request: LabelJoinRequest = { pipeline, eventTime: 'date', settlesWithinMs: 2 * hourMs };

let ports: Awaited<ReturnType<typeof openJoinPorts>>;
beforeAll(async () => {
  ports = await openJoinPorts();
});
afterAll(() => ports.close());
beforeEach(clear);

async function clear(): Promise<void> {
  for (const key of await ports.store.list('')) if (!key.startsWith('objects/')) await ports.store.remove(key);
}

const row = (origin: string, minutes: number) => ({ date: iso(minutes), origin, distance: 100 });

const predictions = fc
  .array(
    fc.record({ minutes: fc.nat(170), origin: fc.constantFrom('AAA', 'BBB'), event: fc.nat(2), turn: fc.nat(1) }),
    {
      maxLength: 14,
    },
  )
  .map((all) =>
    all.map(({ minutes, origin, event, turn }, at) => {
      const predictionId = `${at % 2 === 0 ? 'a' : 'b'}-${at}/0`;
      return { turn, line: prediction({ predictionId, at: iso(minutes), row: row(origin, event) }) };
    }),
  );

const labels = fc
  .array(
    fc.record({
      key: fc.oneof(
        fc.nat(16).map((at) => ({ kind: 'prediction' as const, predictionId: `${at % 2 === 0 ? 'a' : 'b'}-${at}/0` })),
        fc.record({
          kind: fc.constant('row' as const),
          columns: fc.constantFrom<Record<string, string | number>>(
            { origin: 'AAA' },
            { origin: 'BBB', distance: 100 },
            { gate: 'x' },
          ),
          eventTime: fc.nat(2).map(iso),
        }),
      ),
      label: fc.boolean(),
      labelAt: fc.option(fc.nat(400).map(iso), { nil: undefined }),
      received: fc.nat(300),
      turn: fc.nat(1),
    }),
    { maxLength: 24 },
  )
  .map((all) => all.map(({ received, turn, ...said }) => ({ turn, line: labelLine(said, received) })));

type Said = Pick<FeedbackLine, 'key' | 'label'> & { readonly labelAt: string | undefined };

function labelLine({ labelAt, ...given }: Said, received: number): FeedbackLine {
  const said = { ...given, ...(labelAt === undefined ? {} : { labelAt }) };
  return { feedbackId: digestOfValue(said), pipeline, ...said, receivedAt: iso(received) };
}

test('in whatever order and files rows and labels come, over however many joins, each counts once and the same holds', async () => {
  await fc.assert(
    fc.asyncProperty(predictions, labels, async (answered, returned) => {
      await clear();
      let join: LabelJoin | undefined;
      for (const turn of [0, 1]) {
        const [rows, back] = [ofTurn(answered, turn), ofTurn(returned, turn)];
        // Of one hour two files, so that a join reads several.
        await writeLog(
          ports.store,
          'predictions',
          `a-${turn}`,
          rows.filter((_, at) => at % 2 === 0),
        );
        await writeLog(
          ports.store,
          'predictions',
          `b-${turn}`,
          rows.filter((_, at) => at % 2 === 1),
        );
        await writeLog(ports.store, 'feedback', `c-${turn}`, back);
        join = await joinLabels(ports, request, join);
      }
      const [lines, labelLines] = [answered.map(({ line }) => line), returned.map(({ line }) => line)];
      const expected = joinedInMemory(lines, labelLines);
      expect(await shown(ports, join)).toEqual(expected);
      expect(join === undefined ? 0 : linesCounted(join)).toBe(labelLines.length);
      expect(await joinLabels(ports, request, join)).toBe(join);
      expect(await shown(ports, await joinLabels(ports, request))).toEqual(expected);
    }),
    { numRuns: 8 },
  );
});

function ofTurn<T>(all: readonly { readonly turn: number; readonly line: T }[], turn: number): T[] {
  return all.filter((one) => one.turn === turn).map(({ line }) => line);
}

interface Shown {
  readonly labels: Readonly<Record<string, boolean | null>>;
  readonly counts: Readonly<Record<string, HourLabels>>;
  readonly unplaced: UnplacedLabels;
}

async function shown({ store, database }: JoinPorts, join: LabelJoin | undefined): Promise<Shown> {
  const found: Record<string, boolean | null> = {};
  for (const hour of Object.values(join?.hours ?? {})) {
    const rows = await database.rows<{ predictionId: string; label: boolean | null }>(
      (await joinedRows({ store }, hour)) ?? '',
    );
    for (const { predictionId, label } of rows) {
      expect(found).not.toHaveProperty([predictionId]);
      found[predictionId] = label;
    }
  }
  const counts = Object.entries(join?.hours ?? {}).map(([hour, held]) => [hour, held.counts]);
  return {
    labels: found,
    counts: Object.fromEntries(counts),
    unplaced: join?.unplaced ?? { unknown: 0, future: 0, twice: 0 },
  };
}

/** The meaning of the join, said plainly. */
function joinedInMemory(rows: readonly PredictionLine[], lines: readonly FeedbackLine[]): Shown {
  const counts: Record<string, Record<keyof HourLabels, number>> = {};
  const hourOfRow = ({ at }: PredictionLine) => hourOf(Date.parse(at));
  const none = {
    predictions: 0,
    settled: 0,
    early: 0,
    late: 0,
    corrected: 0,
    beside: 0,
    future: 0,
    ambiguous: 0,
    twice: 0,
  };
  const of = (hour: string) => (counts[hour] ??= { ...none });
  const unplaced = { unknown: 0, future: 0, twice: 0 };
  const standing = new Map<PredictionLine, { label: boolean; at: string; first: string; id: string }[]>();
  for (const [id, copies] of Map.groupBy(lines, ({ feedbackId }) => feedbackId)) {
    const [{ key, label, labelAt }] = copies as [FeedbackLine];
    const matches = rows.filter((one) =>
      key.kind === 'prediction'
        ? one.predictionId === key.predictionId
        : one.row.date === key.eventTime &&
          Object.entries(key.columns).every(([name, value]) => one.row[name] === value),
    );
    const received = copies.map(({ receivedAt }) => receivedAt).sort();
    const isFuture = labelAt !== undefined && received.every((at) => Date.parse(labelAt) > Date.parse(at) + 300_000);
    const place = matches.length === 0 ? unplaced : of(matches.map(hourOfRow).sort()[0] ?? '');
    place.twice += copies.length - 1;
    if (isFuture) place.future += 1;
    else if (matches.length === 0) unplaced.unknown += 1;
    else if (matches.length > 1) of(matches.map(hourOfRow).sort()[0] ?? '').ambiguous += 1;
    else {
      const [match] = matches as [PredictionLine];
      const first = received[0] ?? '';
      standing.set(match, [...(standing.get(match) ?? []), { label, at: labelAt ?? first, first, id }]);
    }
  }
  const found: Record<string, boolean | null> = {};
  for (const one of rows) {
    const own = (standing.get(one) ?? []).sort((a, b) => compare([a.at, a.first, a.id], [b.at, b.first, b.id]));
    const count = of(hourOfRow(one));
    count.predictions += 1;
    found[one.predictionId] = own.at(-1)?.label ?? null;
    if (own.length === 0) continue;
    const first = Date.parse(own.map((each) => each.first).sort()[0] ?? '');
    count.settled += 1;
    count.beside += own.length - 1;
    if (first < Date.parse(one.at)) count.early += 1;
    if (first > Date.parse(one.at) + request.settlesWithinMs) count.late += 1;
    if (new Set(own.map(({ label }) => label)).size > 1) count.corrected += 1;
  }
  return { labels: found, counts, unplaced };
}

function compare(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((one, place) => one !== b[place]);
  return at === -1 ? 0 : (a[at] ?? '') < (b[at] ?? '') ? -1 : 1;
}

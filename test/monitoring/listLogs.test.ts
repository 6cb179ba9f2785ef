import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { LabelJoin } from '../../core/labelJoin.ts';
import { hourMs, hourOf } from '../../core/time.ts';
import { joinLabels } from '../../monitoring/joinLabels.ts';
import { digestOfValue } from '../../storage/digest.ts';
import type { ObjectStore } from '../../storage/objectStore.ts';
import { openJoinPorts, pipeline, prediction, writeLog } from './logFixture.ts';

const dayMs = 24 * hourMs;
const start = Date.parse('2001-03-15T12:00:00.000Z');
const request = { pipeline, eventTime: 'date', settlesWithinMs: 2 * hourMs };
const hourAt = (day: number): string => hourOf(start + day * dayMs);

let ports: Awaited<ReturnType<typeof openJoinPorts>>;
beforeAll(async () => {
  ports = await openJoinPorts();
});
afterAll(() => ports.close());
beforeEach(async () => {
  for (const log of ['predictions/', 'feedback/'])
    for (const key of await ports.store.list(log)) await ports.store.remove(key);
});

/** Of each of these days an answer, and a label of the answer of twelve days before. */
async function writeDays(from: number, to: number): Promise<void> {
  for (let day = from; day < to; day += 1) {
    const at = new Date(start + day * dayMs).toISOString();
    await writeLog(ports.store, 'predictions', 'a', [prediction({ predictionId: `a-${day}/0`, at })]);
    const said = { key: { kind: 'prediction' as const, predictionId: `a-${day - 12}/0` }, label: true };
    await writeLog(ports.store, 'feedback', 'b', [
      { feedbackId: digestOfValue(said), pipeline, ...said, receivedAt: at },
    ]);
  }
}

/** A look of that day, for which three days matter, and the prefixes that it lists. */
async function look(day: number, known: LabelJoin): Promise<{ join: LabelJoin; listed: readonly string[] }> {
  const nowMs = start + day * dayMs + hourMs;
  const { store, listed } = listing(ports.store);
  const recent = [nowMs - 3 * dayMs, nowMs] as const;
  return { join: await joinLabels({ ...ports, store }, { ...request, recent }, known), listed };
}

test('the label of an old answer is joined, and the logs are listed for as few days when they are old as when they are young', async () => {
  await writeDays(0, 5);
  const young = await look(4, await joinLabels(ports, request));
  await writeDays(5, 20);
  const first = await look(19, young.join);
  expect(first.join.hours[hourAt(7)]?.counts.settled).toBe(1);
  await writeDays(20, 21);
  const old = await look(20, first.join);
  const settled = Object.keys(old.join.hours).filter((hour) => old.join.hours[hour]?.counts.settled === 1);
  expect(settled).toEqual(Array.from({ length: 9 }, (_, day) => hourAt(day)));
  expect(Object.keys(old.join.hours)).toHaveLength(21);
  const daysOf = ({ listed }: typeof old) => listed.length;
  expect(daysOf(old)).toBeLessThanOrEqual(1 + 2 * 5);
  expect(daysOf(old)).toBeLessThanOrEqual(daysOf(young) + 1);
  expect(old.listed).not.toContain(`predictions/${pipeline}/`);
  expect(old.listed).not.toContain(`feedback/${pipeline}/`);
  const whole = await joinLabels(ports, request);
  expect(countsOf(old.join)).toEqual(countsOf(whole));
});

test('hours that a sweep took from the beginning of the log leave the join, however many they are', async () => {
  await writeDays(0, 8);
  const join = await joinLabels(ports, request);
  const taken = [0, 1, 2].map((day) => `predictions/${pipeline}/${hourAt(day)}/`);
  for (const folder of taken) for (const key of await ports.store.list(folder)) await ports.store.remove(key);
  const less = await look(7, join);
  expect(Object.keys(less.join.hours)).toEqual(Array.from({ length: 5 }, (_, day) => hourAt(day + 3)));
  expect((await look(7, less.join)).join).toBe(less.join);
});

test('a file that came late is found while it matters, and by whoever lists all after that', async () => {
  await writeDays(0, 8);
  const join = await joinLabels(ports, request);
  const late = (day: number) =>
    prediction({ predictionId: `late-${day}/0`, at: new Date(start + day * dayMs).toISOString() });
  await writeLog(ports.store, 'predictions', 'late', [late(1), late(6)]);
  const after = (await look(7, join)).join;
  expect([1, 6].map((day) => after.hours[hourAt(day)]?.counts.predictions)).toEqual([1, 2]);
  const whole = await joinLabels(ports, request, after);
  expect([1, 6].map((day) => whole.hours[hourAt(day)]?.counts.predictions)).toEqual([2, 2]);
});

test('a look after months without one begins where the last one ended', async () => {
  await writeDays(0, 3);
  const join = await joinLabels(ports, request);
  await writeDays(3, 14);
  const { join: late, listed } = await look(95, join);
  expect(countsOf(late)).toEqual(countsOf(await joinLabels(ports, request)));
  expect(late.hours[hourAt(1)]?.counts.settled).toBe(1);
  expect(listed.length).toBeLessThan(2 * 40);
});

function countsOf({ hours, unplaced }: LabelJoin) {
  return [
    unplaced,
    Object.entries(hours)
      .map(([hour, { counts }]) => [hour, counts])
      .sort(),
  ];
}

/** A real store that notes what is listed. */
function listing(store: ObjectStore): { readonly store: ObjectStore; readonly listed: readonly string[] } {
  const listed: string[] = [];
  const list = (prefix: string): Promise<string[]> => {
    listed.push(prefix);
    return store.list(prefix);
  };
  return { store: { ...store, list }, listed };
}

import type { ColumnPlan } from '../../core/contractPlan.ts';
import type { FeaturePlan } from '../../core/featurePlan.ts';
import type { Plan } from '../../core/plan.ts';
import { seededRandom } from '../../core/random.ts';
import { hourMs } from '../../core/time.ts';
import { flightPlan } from './flights.ts';

/** A row of all that a contract lets come: borders of every type, and null where a column may be null. */
export interface OddRow {
  readonly date: number;
  readonly delay: number;
  readonly amount: number;
  readonly limit: number | null;
  readonly visits: number;
  readonly bought: number | null;
  readonly seen: number | null;
  readonly member: boolean | null;
  readonly note: string | null;
}

export const oddTypes = {
  date: 'TIMESTAMP',
  delay: 'BIGINT',
  amount: 'DOUBLE',
  limit: 'DOUBLE',
  visits: 'BIGINT',
  bought: 'BIGINT',
  seen: 'TIMESTAMP',
  member: 'BOOLEAN',
  note: 'VARCHAR',
} as const;

/** `count` rows, spread over the hours of [fromMs, toMs), in their order. */
export function oddRows(count: number, fromMs: number, toMs: number, seed: number): OddRow[] {
  const random = seededRandom(seed);
  const one = <T>(values: readonly T[]): T => values[Math.floor(random.next() * values.length)] as T;
  const orNull = <T>(value: T): T | null => (random.next() < 0.2 ? null : value);
  const spread = (scale: number): number => scale * random.normal();
  const number = (): number => (random.next() < 0.3 ? one(oddNumbers) : spread(one([1e-3, 1, 1e3, 1e6])));
  const whole = (): number => (random.next() < 0.3 ? one(oddWholes) : Math.round(spread(50)));
  return Array.from({ length: count }, (_, at) => ({
    date: fromMs + Math.floor((at / count) * (toMs - fromMs)),
    delay: Math.round(spread(30)),
    amount: number(),
    limit: orNull(number()),
    visits: whole(),
    bought: orNull(whole()),
    seen: orNull(random.next() < 0.3 ? one(oddTimes) : fromMs + Math.round(spread(1e11))),
    member: orNull(random.next() < 0.5),
    note: orNull(one(oddTexts)),
  }));
}

const oddNumbers = [0, -0, 1, -1, 0.1, 100, 5e-324, 1e-40, 3.4e38, 1e39, -1e39, 1.7e308, -1.7e308, 1e-300];
const oddWholes = [0, 1, -1, 7, 100, -100, 2 ** 53 - 1, 1 - 2 ** 53];
/** Milliseconds: before 1970, its first ones, ends of days, and as far as a date goes. */
const oddTimes = [0, -1, 1, -86_400_000, 86_399_999, 86_400_000, -62_135_596_800_000, 253_402_300_799_999];
const oddTexts = [
  ...['null', 'true', '7', '"', '\\', '{"a":[1]}', '\u2028', '\ufeff', 'NaN'],
  ...['', ' ', 'a', 'Zürich', '\u0000', 'a\u0000b', "O'Hare", 'a\nb\r\nc', '🤦🏼‍♂️', 'e\u0301', '\u{1F6EB}'.repeat(300)],
  ...[1, 2, 3, 255, 256, 257, 511, 512, 513, 1_023, 1_024, 1_025, 5_000].map((length) => 'é'.repeat(length)),
];

export function oddPlan(features: readonly FeaturePlan[]): Plan {
  const plan = flightPlan(features);
  const column = (name: string, type: ColumnPlan['type'], nullable = false): ColumnPlan => {
    return { name, type, nullable, checks: [] };
  };
  return {
    ...plan,
    contract: {
      ...plan.contract,
      columns: [
        column('date', 'date'),
        column('delay', 'int'),
        column('amount', 'number'),
        column('limit', 'number', true),
        column('visits', 'int'),
        column('bought', 'int', true),
        column('seen', 'date', true),
        column('member', 'boolean', true),
        column('note', 'string', true),
      ],
    },
    label: { ...plan.label, settlesAfter: { timesMs: 0, plusMs: hourMs / 2 }, settlesWithinMs: hourMs },
    scorecard: { ...plan.scorecard, slices: [] },
  };
}

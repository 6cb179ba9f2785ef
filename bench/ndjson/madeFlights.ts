import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ColumnPlan, ContractPlan } from '../../core/contractPlan.ts';
import { hourMs } from '../../core/time.ts';

/** `narrow`: the demo's five columns, 97 bytes a line. `wide`: thirteen columns of all types, 238 bytes. */
export type FlightShape = 'narrow' | 'wide';

export interface MadeFlights {
  readonly shape: FlightShape;
  readonly rows: number;
  /** Their event times go evenly through so many hours. */
  readonly hours: number;
}

/** How many rows break which rule: each bad row breaks one. */
export interface BadFlights {
  readonly 'delay.max': number;
  readonly 'delay.type': number;
  readonly 'origin.pattern': number;
  readonly 'row.malformed': number;
}

/** Every so many rows one is bad, in one way; no row is bad in two. */
const bad = {
  'delay.max': [500, 250],
  'delay.type': [20_000, 11],
  'origin.pattern': [1_500, 7],
  'row.malformed': [10_000, 9_999],
} as const;

/** Writes flights that are made up, the same on every machine: 8 of 3,000 rows are bad. */
export async function writeMadeFlights(path: string, made: MadeFlights): Promise<BadFlights> {
  await pipeline(Readable.from(blocks(made)), createWriteStream(path));
  const count = ([every, at]: readonly [number, number]) => Math.ceil(Math.max(0, made.rows - at) / every);
  return {
    'delay.max': count(bad['delay.max']),
    'delay.type': count(bad['delay.type']),
    'origin.pattern': count(bad['origin.pattern']),
    'row.malformed': count(bad['row.malformed']),
  };
}

function* blocks(made: MadeFlights): Generator<string> {
  for (let from = 0; from < made.rows; from += 1_000) {
    const lines = Array.from({ length: Math.min(1_000, made.rows - from) }, (_, k) => flightLine(from + k, made));
    yield lines.join('');
  }
}

const firstMs = Date.UTC(2001, 2, 15);
const airports = [
  'ATL',
  'ORD',
  'DFW',
  'LAX',
  'PHX',
  'STL',
  'DTW',
  'IAH',
  'MSP',
  'DEN',
  'LAS',
  'SFO',
  'CLT',
  'EWR',
  'PHL',
];
const carriers = ['AA', 'AS', 'CO', 'DL', 'HP', 'MQ', 'NW', 'TW', 'UA', 'US', 'WN'];

function flightLine(i: number, { shape, rows, hours }: MadeFlights): string {
  const random = mixed(i);
  const date = new Date(firstMs + Math.floor((i / rows) * hours * hourMs)).toISOString();
  const delay = isBad('delay.max', i) ? '5000' : isBad('delay.type', i) ? '"7"' : `${(random % 200) - 40}`;
  const from = random % airports.length;
  const origin = isBad('origin.pattern', i) ? 'aa1' : airports[from];
  const destination = airports[(from + 1 + ((random >>> 8) % (airports.length - 1))) % airports.length];
  const flight = `"delay":${delay},"distance":${100 + ((random >>> 4) % 2_800)},"origin":"${origin}","destination":"${destination}"`;
  const line =
    shape === 'narrow' ? `{"date":"${date}",${flight}}` : `{"id":${i},"date":"${date}",${flight},${more(i, random)}}`;
  return `${isBad('row.malformed', i) ? line.slice(0, line.length / 2) : line}\n`;
}

function more(i: number, random: number): string {
  const minutes = ((random >>> 6) % 30_000) / 100;
  const note = i % 4 === 0 ? 'null' : `"gate ${random % 90}, held for ${(random >>> 3) % 60} minutes"`;
  return `"carrier":"${carriers[random % carriers.length]}","flight":${1 + (random % 9_000)},"tail":"N${10_000 + ((random >>> 5) % 80_000)}","airMinutes":${minutes},"fare":${(random % 100_000) / 100},"cancelled":${random % 50 === 0},"note":${note}`;
}

function isBad(rule: keyof BadFlights, i: number): boolean {
  const [every, at] = bad[rule];
  return i % every === at;
}

/** 32 bits that look like chance (the finalizer of MurmurHash3, Appleby 2011). */
function mixed(i: number): number {
  let bits = Math.imul(i ^ (i >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** What made flights are held to. */
export function madeFlightsContract(path: string, shape: FlightShape): ContractPlan {
  return {
    id: `made-${shape}`,
    version: '1.0.0',
    source: { kind: 'ndjson', at: { path }, partition: 'hour' },
    key: 'row number in source partition',
    columns:
      shape === 'narrow' ? flightColumns : [column('id', 'int', range(0, 1e12)), ...flightColumns, ...moreColumns],
    eventTime: 'date',
    rules: [{ kind: 'compare', column: 'origin', is: 'differsFrom', to: { column: 'destination' } }],
    across: [],
    batch: [],
    severity: {},
    quarantine: { atMost: 0.01 },
  };
}

const pattern = (value: string): ColumnPlan['checks'] => [{ kind: 'pattern', value }];
const range = (least: number, most: number): ColumnPlan['checks'] => [
  { kind: 'min', value: least },
  { kind: 'max', value: most },
];

const flightColumns = [
  column('date', 'date'),
  column('delay', 'int', range(-120, 1_500)),
  column('distance', 'int', range(1, 6_000)),
  column('origin', 'string', pattern('^[A-Z0-9]{3}$')),
  column('destination', 'string', pattern('^[A-Z0-9]{3}$')),
];
const moreColumns = [
  column('carrier', 'string', [{ kind: 'oneOf', values: carriers }]),
  column('flight', 'int', range(1, 9_999)),
  column('tail', 'string', pattern('^N[0-9]{5}$')),
  column('airMinutes', 'number', range(0, 2_000)),
  column('fare', 'number', range(0, 10_000)),
  column('cancelled', 'boolean'),
  { ...column('note', 'string', [{ kind: 'maxLength', value: 100 }]), nullable: true },
];

function column(name: string, type: ColumnPlan['type'], checks: ColumnPlan['checks'] = []): ColumnPlan {
  return { name, type, nullable: false, checks };
}

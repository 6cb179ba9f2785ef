import { hourRecord } from '../lines/fingerprintKernel.ts';
import type { OddValue } from './oddRows.ts';

/** What is to be known of rows of an hour. */
export interface StagedHour {
  /** Milliseconds UTC; null of rows without an event time. */
  readonly start: number | null;
  readonly rows: number;
  /** Does not depend on their order. */
  readonly hash: string;
  /** The newest event time, milliseconds UTC. */
  readonly newest: number | null;
}

/** Instants that hours are told of here: of the years that are usual. */
export function isUsualInstant(micros: NonNullable<OddValue>): boolean {
  return typeof micros === 'bigint' && micros >= firstUs && micros < lastUs;
}

const [firstUs, lastUs] = [BigInt(Date.UTC(1700, 0)) * 1_000n, BigInt(Date.UTC(2200, 0)) * 1_000n];

/** The hours of blocks of lines by their records, as `hourRecord` says them, in order of time. */
export function stagedHours(blocks: readonly Uint8Array[]): StagedHour[] {
  const hours = new Map<number, Sums>();
  for (const block of blocks) {
    const view = new DataView(block.buffer, block.byteOffset, block.length);
    for (let at = 0; at < block.length; at += hourRecord.size) addRecord(hours, view, at);
  }
  const told = [...hours].map(([start, { rows, newest, sum, xor }]): StagedHour => {
    const isDated = !Number.isNaN(start);
    const newestMs = isDated ? Math.floor(newest / 1_000) : null;
    return { start: isDated ? start : null, rows, hash: `${sum}.${xor}`, newest: newestMs };
  });
  return told.sort((one, other) => (one.start ?? Number.POSITIVE_INFINITY) - (other.start ?? Number.POSITIVE_INFINITY));
}

interface Sums {
  rows: number;
  newest: number;
  sum: bigint;
  xor: bigint;
}

function addRecord(hours: Map<number, Sums>, view: DataView, at: number): void {
  const start = view.getFloat64(at + hourRecord.start, true);
  const sums = hours.get(start) ?? { rows: 0, newest: Number.NEGATIVE_INFINITY, sum: 0n, xor: 0n };
  hours.set(start, sums);
  sums.rows += view.getFloat64(at + hourRecord.rows, true);
  sums.newest = Math.max(sums.newest, view.getFloat64(at + hourRecord.newest, true));
  const high = view.getBigUint64(at + hourRecord.high, true);
  sums.sum += (high << 32n) + view.getBigUint64(at + hourRecord.low, true);
  sums.xor ^= view.getBigUint64(at + hourRecord.xor, true);
}

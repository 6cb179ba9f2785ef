import type { ColumnType } from '../../core/contractPlan.ts';
import type { NumberSketch } from '../../core/sketches/columnSketch.ts';
import { exactSum } from '../../core/sketches/exactSum.ts';

/** What is kept of numbers of one column: `NaN` is a null. Dates are microseconds UTC. At most 2^21 rows. */
export class NumberTally {
  nulls = 0;
  private readonly type: ColumnType;
  private readonly buckets = new Map<number, number>();
  private lastBucket = Number.NaN;
  private lastCount = 0;
  private least = Number.POSITIVE_INFINITY;
  private most = Number.NEGATIVE_INFINITY;
  /** Of each power of two the sums of the mantissas' upper and lower bits, which are whole and below 2^53: no sum is rounded. */
  private readonly uppers = new Float64Array(2_048);
  private readonly lowers = new Float64Array(2_048);

  constructor(type: Extract<ColumnType, 'int' | 'number' | 'date'>) {
    this.type = type;
  }

  add(value: number, rows: number): void {
    if (Number.isNaN(value)) {
      this.nulls += rows;
      return;
    }
    if (value < this.least) this.least = value;
    if (value > this.most) this.most = value;
    if (this.type === 'number') this.addFloat(value, rows);
    else this.addWhole(value, rows);
  }

  sketch(): NumberSketch | null {
    if (this.least > this.most) return null;
    this.count(Number.NaN, 0);
    const [min, max] = this.type === 'date' ? [msOf(this.least), msOf(this.most)] : [this.least, this.most];
    const buckets = [...this.buckets].sort(([one], [other]) => one - other);
    return { min, max, sum: this.sum(), buckets };
  }

  private addWhole(value: number, rows: number): void {
    const upper = Math.floor(value / 2 ** 32);
    this.uppers[0] = (this.uppers[0] ?? 0) + upper * rows;
    this.lowers[0] = (this.lowers[0] ?? 0) + (value - upper * 2 ** 32) * rows;
    this.count(this.type === 'date' ? Math.floor(value / dayUs) : bucketOf(value), rows);
  }

  private addFloat(value: number, rows: number): void {
    float[0] = value;
    const high = words[1] ?? 0;
    const exponent = (high >>> 20) & 0x7ff;
    const sign = value < 0 ? -1 : 1;
    const upper = (high & 0xfffff) + (exponent === 0 ? 0 : 0x100000);
    // Numbers that are subnormal have the power of two of the least that are not.
    const power = exponent === 0 ? 1 : exponent;
    this.uppers[power] = (this.uppers[power] ?? 0) + sign * upper * rows;
    this.lowers[power] = (this.lowers[power] ?? 0) + sign * (words[0] ?? 0) * rows;
    this.count(value === 0 ? 0 : sign * (((high & 0x7fffffff) >>> 14) + 1), rows);
  }

  /** Numbers of one bucket often follow each other. */
  private count(bucket: number, rows: number): void {
    if (bucket === this.lastBucket) {
      this.lastCount += rows;
      return;
    }
    if (this.lastCount > 0)
      this.buckets.set(this.lastBucket, (this.buckets.get(this.lastBucket) ?? 0) + this.lastCount);
    this.lastBucket = bucket;
    this.lastCount = rows;
  }

  private sum(): string {
    const used = [...this.uppers.keys()].filter((power) => this.uppers[power] !== 0 || this.lowers[power] !== 0);
    const least = used[0] ?? 0;
    const total = used.reduce((sum, power) => {
      const part = BigInt(this.uppers[power] ?? 0) * 2n ** 32n + BigInt(this.lowers[power] ?? 0);
      return sum + (part << BigInt(power - least));
    }, 0n);
    return exactSum(total, this.type === 'number' ? least - 1_075 : 0);
  }
}

const dayUs = 86_400e6;
const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);

function bucketOf(value: number): number {
  float[0] = value;
  return value === 0 ? 0 : Math.sign(value) * ((((words[1] ?? 0) & 0x7fffffff) >>> 14) + 1);
}

function msOf(micros: number): number {
  // As SQL does it; adding 0 makes -0 a 0.
  return Math.trunc(micros / 1_000) + 0;
}

/** Counts of this process, in the text format of Prometheus 0.0.4: base units, bounded labels. */
export interface Metrics {
  /** One request that was answered, with its HTTP status. */
  request(status: number, seconds: number): void;
  /** Rows that a version answered in one call of its scorer. */
  predictions(pipeline: string, version: number, rows: number, seconds: number, at: number): void;
  /** A call of a version's scorer that failed. */
  failure(pipeline: string, version: number, seconds: number): void;
  version(pipeline: string, version: number): VersionCounts;
  text(gauges: readonly Gauge[]): string;
}

export interface VersionCounts {
  readonly pipeline: string;
  readonly version: number;
  rows: number;
  calls: number;
  seconds: number;
  failures: number;
  failureSeconds: number;
  /** Milliseconds UTC of the last answer; 0 before the first. */
  lastAt: number;
}

export interface Gauge {
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'counter';
  readonly samples: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

/** Upper bounds in seconds: a row takes well under a millisecond, a full batch tens of them. */
const bounds = [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

export function openMetrics(): Metrics {
  const statuses = new Map<number, number>();
  const buckets = new Array<number>(bounds.length + 1).fill(0);
  const versions = new Map<string, Map<number, VersionCounts>>();
  let seconds = 0;
  const countsOf = (pipeline: string, version: number): VersionCounts => {
    const known = versions.get(pipeline) ?? new Map<number, VersionCounts>();
    versions.set(pipeline, known);
    const counts = known.get(version) ?? noCounts(pipeline, version);
    known.set(version, counts);
    return counts;
  };
  return {
    request(status, took) {
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      const bucket = bounds.findIndex((bound) => took <= bound);
      const at = bucket === -1 ? bounds.length : bucket;
      buckets[at] = (buckets[at] ?? 0) + 1;
      seconds += took;
    },
    predictions(pipeline, version, rows, took, at) {
      const counts = countsOf(pipeline, version);
      counts.rows += rows;
      counts.calls += 1;
      counts.seconds += took;
      counts.lastAt = at;
    },
    failure(pipeline, version, took) {
      const counts = countsOf(pipeline, version);
      counts.failures += 1;
      counts.failureSeconds += took;
    },
    version: countsOf,
    text(gauges) {
      const counted = [...versions.values()].flatMap((each) => [...each.values()]);
      const all = [requests(statuses), predicted(counted), ...gauges];
      return `${all.map(family).join('')}${histogram(buckets, seconds)}`;
    },
  };
}

function noCounts(pipeline: string, version: number): VersionCounts {
  return { pipeline, version, rows: 0, calls: 0, seconds: 0, failures: 0, failureSeconds: 0, lastAt: 0 };
}

function requests(statuses: ReadonlyMap<number, number>): Gauge {
  const samples = [...statuses].map(([status, value]) => ({ labels: { code: String(status) }, value }));
  return { name: 'whet_requests_total', help: 'Requests answered.', type: 'counter', samples };
}

function predicted(counted: readonly VersionCounts[]): Gauge {
  const samples = counted.map(({ pipeline, version, rows }) => ({
    labels: { pipeline, version: String(version) },
    value: rows,
  }));
  return { name: 'whet_predictions_total', help: 'Rows answered.', type: 'counter', samples };
}

function family({ name, help, type, samples }: Gauge): string {
  const lines = samples.map(({ labels, value }) => `${name}${labelText(labels)} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function histogram(buckets: readonly number[], seconds: number): string {
  const name = 'whet_request_seconds';
  let sum = 0;
  const lines = [...bounds, '+Inf'].map((bound, at) => {
    sum += buckets[at] ?? 0;
    return `${name}_bucket{le="${bound}"} ${sum}\n`;
  });
  const head = `# HELP ${name} Seconds from a request's arrival to its answer.\n# TYPE ${name} histogram\n`;
  return `${head}${lines.join('')}${name}_sum ${seconds}\n${name}_count ${sum}\n`;
}

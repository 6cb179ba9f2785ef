import { type Histogram, openHistogram } from './histogram.ts';
import type { MetricFamily } from './metricsText.ts';

/** What this process counts of the requests that it answered. Labels are bounded: a route is a pattern, not a path. */
export interface Metrics {
  /** One request that was answered, with its HTTP status. */
  request(route: string, status: number, seconds: number): void;
  /** Rows that a version answered in one call of its scorer. */
  predictions(pipeline: string, version: number, rows: number, seconds: number, at: number): void;
  /** A call of a version's scorer that failed. */
  failure(pipeline: string, version: number, seconds: number): void;
  version(pipeline: string, version: number): VersionCounts;
  /** All counts. */
  families(): MetricFamily[];
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

interface CountedVersion extends VersionCounts {
  readonly scoring: Histogram;
}

interface CountedRoute {
  readonly statuses: Map<number, number>;
  readonly durations: Histogram;
}

export function openMetrics(): Metrics {
  const routes = new Map<string, CountedRoute>();
  const versions = new Map<string, Map<number, CountedVersion>>();
  const routeOf = (route: string): CountedRoute => {
    const known = routes.get(route) ?? { statuses: new Map(), durations: openHistogram(requestBounds) };
    routes.set(route, known);
    return known;
  };
  const countsOf = (pipeline: string, version: number): CountedVersion => {
    const known = versions.get(pipeline) ?? new Map<number, CountedVersion>();
    versions.set(pipeline, known);
    const counts = known.get(version) ?? noCounts(pipeline, version);
    known.set(version, counts);
    return counts;
  };
  return {
    request(route, status, took) {
      const { statuses, durations } = routeOf(route);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      durations.add(took);
    },
    predictions(pipeline, version, rows, took, at) {
      const counts = countsOf(pipeline, version);
      counts.rows += rows;
      counts.calls += 1;
      counts.seconds += took;
      counts.lastAt = at;
      counts.scoring.add(took);
    },
    failure(pipeline, version, took) {
      const counts = countsOf(pipeline, version);
      counts.failures += 1;
      counts.failureSeconds += took;
    },
    version: countsOf,
    families: () => [
      ...requestFamilies(routes),
      ...versionFamilies([...versions.values()].flatMap((each) => [...each.values()])),
    ],
  };
}

/** Upper bounds in seconds: a request takes well under a millisecond, a full batch tens of them. */
const requestBounds = [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** A compiled scorer takes a microsecond for a row. */
const scoringBounds = [0.000005, 0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.005, 0.025, 0.1, 0.5];

function noCounts(pipeline: string, version: number): CountedVersion {
  const none = { rows: 0, calls: 0, seconds: 0, failures: 0, failureSeconds: 0, lastAt: 0 };
  return { pipeline, version, ...none, scoring: openHistogram(scoringBounds) };
}

function requestFamilies(routes: ReadonlyMap<string, CountedRoute>): MetricFamily[] {
  const all = [...routes];
  return [
    {
      name: 'whet_requests_total',
      help: 'Requests answered.',
      type: 'counter',
      samples: all.flatMap(([route, { statuses }]) =>
        [...statuses].map(([status, value]) => ({ labels: { route, code: String(status) }, value })),
      ),
    },
    {
      name: 'whet_request_duration_seconds',
      help: "From a request's arrival to its answer.",
      type: 'histogram',
      samples: all.map(([route, { durations }]) => ({ labels: { route }, ...durations.read() })),
    },
  ];
}

function versionFamilies(versions: readonly CountedVersion[]): MetricFamily[] {
  const labelsOf = ({ pipeline, version }: CountedVersion) => ({ pipeline, version: String(version) });
  const counted = (name: string, help: string, count: (version: CountedVersion) => number): MetricFamily => ({
    name,
    help,
    type: 'counter',
    samples: versions.map((version) => ({ labels: labelsOf(version), value: count(version) })),
  });
  return [
    counted('whet_predictions_total', 'Rows answered.', ({ rows }) => rows),
    counted('whet_scoring_failures_total', 'Calls of a scorer that failed.', ({ failures }) => failures),
    {
      name: 'whet_scoring_duration_seconds',
      help: 'One call of a scorer, for all rows of a request.',
      type: 'histogram',
      samples: versions.map((version) => ({ labels: labelsOf(version), ...version.scoring.read() })),
    },
  ];
}

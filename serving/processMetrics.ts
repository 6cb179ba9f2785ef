import { readdirSync } from 'node:fs';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { type MetricFamily, single } from './metricsText.ts';

/** What is told of the process, by the names that Prometheus' clients agree on. */
export interface ProcessMetrics {
  families(): MetricFamily[];
  close(): void;
}

/** How often the event loop's delay is looked at, in milliseconds. */
const resolution = 20;

export function openProcessMetrics(): ProcessMetrics {
  const delay = monitorEventLoopDelay({ resolution });
  delay.enable();
  return {
    families: () => [...processFamilies(), ...loopFamilies(delay)],
    close: () => void delay.disable(),
  };
}

function processFamilies(): MetricFamily[] {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, heapTotal, external } = process.memoryUsage();
  const started = performance.timeOrigin / 1_000;
  const files = openFiles();
  return [
    single('process_cpu_seconds_total', 'counter', 'Processor time used.', (user + system) / 1e6),
    single('process_resident_memory_bytes', 'gauge', 'Resident memory.', rss, 'sum'),
    single('process_start_time_seconds', 'gauge', 'Start, in seconds UTC.', started),
    ...(files === undefined ? [] : [single('process_open_fds', 'gauge', 'Open files and sockets.', files, 'sum')]),
    single('nodejs_heap_size_used_bytes', 'gauge', 'Memory of JavaScript values.', heapUsed, 'sum'),
    single('nodejs_heap_size_total_bytes', 'gauge', 'Memory held for JavaScript values.', heapTotal, 'sum'),
    single('nodejs_external_memory_bytes', 'gauge', 'Memory of buffers.', external, 'sum'),
  ];
}

/** Undefined where the system has no such folder. */
function openFiles(): number | undefined {
  return process.platform === 'linux' ? readdirSync('/proc/self/fd').length : undefined;
}

/** Delays since they were last told: between two looks nothing is forgotten. */
function loopFamilies(delay: ReturnType<typeof monitorEventLoopDelay>): MetricFamily[] {
  const seconds = (nanoseconds: number): number => (Number.isFinite(nanoseconds) ? nanoseconds / 1e9 : 0);
  const told = [
    single('nodejs_eventloop_lag_p50_seconds', 'gauge', 'Median delay of a timer.', seconds(delay.percentile(50))),
    single('nodejs_eventloop_lag_p99_seconds', 'gauge', '99th percentile of it.', seconds(delay.percentile(99))),
    single('nodejs_eventloop_lag_max_seconds', 'gauge', 'The longest delay.', seconds(delay.max)),
  ];
  delay.reset();
  const { active } = performance.eventLoopUtilization();
  return [...told, single('whet_event_loop_busy_seconds_total', 'counter', 'Time not spent waiting.', active / 1_000)];
}

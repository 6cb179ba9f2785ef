import type { CadenceResult } from '../../core/backtest.ts';
import { type Chart, colors } from '../modelCard/chart.ts';
import { isoOf, timeAxis, wide } from './wide.ts';

interface LineEvent {
  readonly cadence: string;
  readonly time: string;
  readonly what: string;
  readonly text: string;
}

const kinds = ['promoted', 'rejected', 'kept', 'drift found', 'alert'] as const;
const shapes = ['circle', 'cross', 'square', 'triangle-up', 'diamond'];

/** Promotions, rejections, what the watch found off, and alerts: one line for each cadence. */
export function timeLine(cadences: Readonly<Record<string, CadenceResult>>, until: string): Chart {
  const events = Object.entries(cadences).flatMap(([cadence, result]) => eventsOf(cadence, result));
  const bars = Object.entries(cadences).flatMap(([cadence, { alerts }]) =>
    alerts.map(({ rule, firedAt, resolvedAt }) => ({ cadence, rule, from: firedAt, to: resolvedAt ?? until })),
  );
  const y = { field: 'cadence', type: 'nominal', title: null, sort: Object.keys(cadences) } as const;
  const domain = { domain: [...kinds] };
  return {
    title: 'What happened',
    text: 'Each turn of a cadence, what its watch found off at the end of an hour, and its alerts from the time they fired until they were resolved.',
    spec: {
      width: wide.width,
      height: 70 * Object.keys(cadences).length,
      layer: [
        {
          data: { values: bars },
          mark: { type: 'bar', height: 6, color: colors[1], opacity: 0.45 },
          encoding: { x: timeAxis('from'), x2: { field: 'to' }, y },
        },
        {
          data: { values: events },
          mark: { type: 'point', filled: true, size: 46, opacity: 0.9 },
          encoding: {
            x: timeAxis('time'),
            y,
            shape: { field: 'what', type: 'nominal', title: null, scale: { ...domain, range: shapes } },
            color: { field: 'what', type: 'nominal', title: null, scale: { ...domain, range: colors.slice(0, 5) } },
            yOffset: { field: 'what', type: 'nominal', scale: domain },
          },
        },
      ],
    },
    head: ['time', 'cadence', 'what', 'why'],
    rows: events
      .toSorted((a, b) => a.time.localeCompare(b.time))
      .map(({ time, cadence, what, text }) => [time, cadence, what, text]),
  };
}

function eventsOf(cadence: string, { turns, looks, alerts }: CadenceResult): LineEvent[] {
  return [
    ...turns.map(({ hour, outcome, why }) => ({ cadence, time: isoOf(hour), what: outcome, text: why })),
    ...looks.flatMap(({ at, off }) =>
      off.length === 0
        ? []
        : [{ cadence, time: at, what: 'drift found', text: off.map(({ text }) => text).join('; ') }],
    ),
    ...alerts.map(({ firedAt, rule, severity, about }) => ({
      ...{ cadence, time: firedAt, what: 'alert' },
      text: `${rule} (${severity}): ${about.join('; ')}`,
    })),
  ];
}

import { expect, test } from 'vitest';
import type { MonitorFinding } from '../../core/look.ts';
import { findingLines } from '../../core/lookText.ts';

test('figures of which too little is known share a line where their monitor and the reason are the same', () => {
  const lines = findingLines([
    finding('off', 'drift', 'shop: shift', 'shop: shift 0.4'),
    finding('off', 'drift', 'amount: shift', 'amount: shift 0.4'),
    finding('too little to say', 'drift', 'limit: shift', '3 rows came, 200 are needed'),
    finding('too little to say', 'drift', 'limit: new values', '3 rows came, 200 are needed'),
    finding('too little to say', 'scores', 'shift', '3 rows came, 200 are needed'),
    finding('too little to say', 'scores', 'mean', '3 rows came, 100 are needed'),
    finding('fine', 'clock', 'a', 'as it may be'),
    finding('fine', 'clock', 'b', 'as it may be'),
  ]);
  expect(lines).toEqual([
    'off: drift, shop: shift: 0.4',
    'off: drift, amount: shift: 0.4',
    'too little to say: drift, 2 figures, such as limit: shift: 3 rows came, 200 are needed',
    'too little to say: scores, shift: 3 rows came, 200 are needed',
    'too little to say: scores, mean: 3 rows came, 100 are needed',
    'fine: clock, a: as it may be',
    'fine: clock, b: as it may be',
  ]);
});

function finding(state: MonitorFinding['state'], monitor: string, about: string, text: string): MonitorFinding {
  return { state, monitor, about, text } as MonitorFinding;
}

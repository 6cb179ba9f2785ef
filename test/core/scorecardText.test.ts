import { expect, it } from 'vitest';
import { judge } from '../../core/gate.ts';
import type { Scorecard } from '../../core/scorecard.ts';
import { scorecardText } from '../../core/scorecardText.ts';

const card: Scorecard = {
  asOf: '2001-03-15T12',
  rows: 16_321,
  positives: 3_200,
  hours: 24,
  unsettled: 12,
  metrics: { auc: { value: 0.7312, low: 0.7251, high: 0.7373 }, brier: { value: 0.14, low: null, high: null } },
  slices: [{ column: 'origin', value: 'A|B', rows: 900, metrics: { auc: 0.7 } }],
  champion: {
    version: 6,
    tablesOlderByHours: 1,
    metrics: { auc: { value: 0.72, low: 0.71, high: 0.73 } },
    difference: { auc: { value: 0.0112, low: 0.009, high: 0.0134 } },
    sameTables: { metrics: {}, difference: { auc: { value: 0.001, low: -0.00001, high: 0.002 } } },
  },
  reference: null,
};

it('tells a scorecard and its verdict in Markdown', () => {
  const verdict = judge(
    [
      { kind: 'noWorseThanChampion', metric: 'auc', by: 0.005 },
      { kind: 'atMost', metric: 'brier', value: 0.1 },
    ],
    card,
  );
  expect(scorecardText(card, verdict)).toBe(`# Scorecard of 2001-03-15T12: failed

16321 test rows of 24 hours, 3200 positive (19.6 %); 12 left out, unsettled.

| metric | value (95 % interval)               |
| ------ | ----------------------------------- |
| auc    | 0.7312 (0.7251 to 0.7373)           |
| brier  | 0.1400 (no interval: too few hours) |

## Against champion, version 6

Differences are challenger minus champion, whose tables are 1 hour older.

| metric | champion                  | difference                | difference with the same tables |
| ------ | ------------------------- | ------------------------- | ------------------------------- |
| auc    | 0.7200 (0.7100 to 0.7300) | 0.0112 (0.0090 to 0.0134) | 0.0010 (0.0000 to 0.0020)       |

## Slices

| column | value | rows | auc    |
| ------ | ----- | ---- | ------ |
| origin | A\\|B  | 900  | 0.7000 |

## Gate: failed

- **passed** auc no worse than champion by 0.005: auc against champion version 6 (tables 1 hour older) differs by 0.0112 (0.0090 to 0.0134): no worse by more than 0.005
- **failed** brier at most 0.1: brier 0.1400 (no interval: too few hours) is not at most 0.1
`);
});

it('needs neither rows nor rules', () => {
  const empty: Scorecard = { ...card, rows: 0, positives: 0, hours: 0, metrics: {}, slices: [], champion: null };
  const text = scorecardText(empty, judge([], empty));
  expect(text).toContain('0 test rows of 0 hours, 0 positive; 12 left out');
  expect(text).toContain('No rules.');
});

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
  slices: [{ column: 'origin', value: 'A|B', rows: 900, metrics: { auc: { value: 0.7, low: null, high: null } } }],
  champion: {
    version: 6,
    tablesOlderByHours: 1,
    metrics: { auc: { value: 0.72, low: 0.71, high: 0.73 } },
    difference: { auc: { value: 0.0112, low: 0.009, high: 0.0134 } },
    sameTables: { metrics: {}, difference: { auc: { value: 0.001, low: -0.00001, high: 0.002 } } },
  },
  reference: null,
  threshold: 0.25,
  profiles: [
    {
      ...{ name: 'standard', falsePositive: 1, falseNegative: 5, threshold: 0.25 },
      metrics: {
        precision: { value: 0.4, low: 0.38, high: 0.42 },
        'expected cost': { value: 0.3, low: 0.2, high: 0.4 },
      },
    },
  ],
  importance: {
    ...{ rows: 10_000, repeats: 3 },
    features: [{ feature: 'hour', auc: { mean: 0.05, deviation: 0.001 }, logLoss: { mean: 0.02, deviation: 0.0001 } }],
  },
  measured: {
    ...{ scoringMs: { p50: 0.000_52, p99: 0.000_9 }, scorer: 'compiled', timed: 2_000 },
    ...{ modelBytes: 41_200, packageBytes: 60_001 },
  },
};

it('tells a scorecard and its verdict in Markdown', () => {
  const verdict = judge(
    [
      { kind: 'noWorseThanChampion', metric: 'auc', by: 0.005 },
      { kind: 'atMost', metric: 'brier', value: 0.1 },
    ],
    card,
  );
  expect(scorecardText(card, verdict)).toBe(`# Scorecard of 2001-03-15T12: inconclusive

16321 test rows of 24 hours, 3200 positive (19.6 %); 12 left out, unsettled. Answers are positive from a score of 0.2500 on.

| metric | value (95 % interval)               |
| ------ | ----------------------------------- |
| auc    | 0.7312 (0.7251 to 0.7373)           |
| brier  | 0.1400 (no interval: too few hours) |

## Profiles

| profile  | false positive : negative | threshold | precision               | recall | false positive rate | false negative rate | expected cost           |
| -------- | ------------------------- | --------- | ----------------------- | ------ | ------------------- | ------------------- | ----------------------- |
| standard | 1 : 5                     | 0.2500    | 0.4000 [0.3800, 0.4200] | none   | none                | none                | 0.3000 [0.2000, 0.4000] |

## Against champion, version 6

Differences are challenger minus champion, whose tables are 1 hour older.

| metric | champion                  | difference                | difference with the same tables |
| ------ | ------------------------- | ------------------------- | ------------------------------- |
| auc    | 0.7200 (0.7100 to 0.7300) | 0.0112 (0.0090 to 0.0134) | 0.0010 (0.0000 to 0.0020)       |

## Slices

| column | value | rows | auc    |
| ------ | ----- | ---- | ------ |
| origin | A\\|B  | 900  | 0.7000 |

## Features

What is lost when a feature's values are shuffled: mean and deviation of 3 draws on 10000 test rows.

| feature | auc falls by    | log loss rises by |
| ------- | --------------- | ----------------- |
| hour    | 0.0500 ± 0.0010 | 0.0200 ± 0.0001   |

One row takes 0.52 µs (p99 0.90 µs) by the scorer 'compiled'. The model has 42 kB, its package 61 kB.

## Gate: inconclusive

- **passed** auc no worse than champion by 0.005: auc against champion version 6 (tables 1 hour older) differs by 0.0112 (0.0090 to 0.0134), at worst 0.0094 (one-sided 95 %): no worse by more than 0.005
- **inconclusive** brier at most 0.1: brier 0.1400 (no interval: too few hours): rows of 8 hours are needed for one
`);
});

it('needs neither rows nor rules', () => {
  const empty: Scorecard = { ...card, rows: 0, positives: 0, hours: 0, metrics: {}, slices: [], champion: null };
  const text = scorecardText(empty, judge([], empty));
  expect(text).toContain('0 test rows of 0 hours, 0 positive; 12 left out');
  expect(text).toContain('No rules.');
});

import { beforeAll, describe, expect, test } from 'vitest';
import type { CardFacts } from '../../cli/modelCard/cardFacts.ts';
import { modelCardPage } from '../../cli/modelCard/modelCardPage.ts';
import { costPoints, curvePoints } from '../../core/curvePoints.ts';
import { seededRandom } from '../../core/random.ts';
import type { Estimate, Scorecard } from '../../core/scorecard.ts';
import { curvesOf } from '../../models/curvesOf.ts';
import { flightPlan } from '../models/flightPlan.ts';

const estimate: Estimate = { value: 0.7123, low: 0.7, high: 0.73 };

/** 2,400 rows of 24 hours whose scores are the chances of their labels. */
const random = seededRandom(5);
const scores = Float32Array.from({ length: 2_400 }, () => random.next() ** 2);
const labels = Uint8Array.from(scores, (score) => +(random.next() < score));
const curves = curvesOf({ labels, hours: Uint32Array.from(scores, (_, row) => row % 24) }, scores);

const card: Scorecard = {
  ...{ asOf: '2001-03-15T12', rows: 2_400, positives: curves.positives, hours: 24, unsettled: 3 },
  metrics: { auc: estimate },
  slices: [{ column: 'origin', value: '<b>&', rows: 900, metrics: { auc: { value: 0.7, low: null, high: null } } }],
  champion: {
    ...{ version: 6, tablesOlderByHours: 1, metrics: { auc: estimate }, difference: { auc: estimate } },
    sameTables: { metrics: {}, difference: {} },
  },
  reference: null,
  threshold: 0.25,
  profiles: [
    { name: 'standard', falsePositive: 1, falseNegative: 5, threshold: 0.25, metrics: { recall: estimate } },
    { name: 'careful', falsePositive: 1, falseNegative: 20, threshold: 0.1, metrics: {} },
  ],
  curves,
  importance: {
    ...{ rows: 2_400, repeats: 3 },
    features: [{ feature: 'hour', auc: null, logLoss: { mean: 0.02, deviation: 0.001 } }],
  },
};

const facts: CardFacts = {
  record: {
    ...{ version: 7, package: 'package-id', digest: 'd'.repeat(64), asOf: card.asOf, plan: 'plan-id', scorecard: 'id' },
    verdict: { outcome: 'passed', passed: true, reasons: [{ rule: 'auc < 1', outcome: 'passed', text: 'it is' }] },
    run: 'flight-delays/2001-03-15T12/1',
  },
  aliases: ['champion'],
  card,
  plan: {
    ...flightPlan,
    scorecard: { ...flightPlan.scorecard, about: { purpose: 'To tell crews.', limits: 'Not for pay.' } },
  },
  package: undefined,
};

describe('the page of a model card', () => {
  let page = '';
  beforeAll(async () => {
    page = await modelCardPage(facts);
  });

  test('asks for nothing from elsewhere and runs nothing', () => {
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(page).not.toMatch(/<script|<link|<img|<iframe|\son\w+=|javascript:|@import|\bsrc=/i);
    const addresses = page.match(/https?:[^"'\s)]*/g) ?? [];
    expect(new Set(addresses)).toEqual(new Set(['http://www.w3.org/2000/svg', 'http://www.w3.org/1999/xlink']));
  });

  test('tells what it is, for what, from what, how good, and where it ends', () => {
    const text = page.replace(/<style>[\s\S]*?<\/style>/, '').replace(/<[^>]+>/g, ' ');
    const headings = [...page.matchAll(/<h2>([^<]+)<\/h2>/g)].map(([, heading]) => heading);
    expect(headings).toEqual([
      ...['What it is', 'Verdict', 'Metrics', 'Curves', 'Against the champion'],
      ...['Slices', 'Data', 'Features', 'Lineage', 'Limits'],
    ]);
    for (const said of ['To tell crews.', 'Not for pay.', 'The gate: passed', '0.7123 (0.7000 to 0.7300)', 'careful'])
      expect(text).toContain(said);
    expect(text).toContain(
      `From a score of 0.2500 on it answers '${flightPlan.answer.positive}'`.replaceAll("'", '&#39;'),
    );
  });

  test('draws every chart, with its numbers and a description beside it, and no id twice', () => {
    const figures = page.split('<figure>').slice(1);
    expect(figures.map((figure) => /<h3>([^<]+)/.exec(figure)?.[1])).toEqual([
      ...['ROC', 'Precision and recall', 'Calibration', 'Scores', 'Cost', 'Features'],
    ]);
    for (const figure of figures) {
      expect(figure).toMatch(/<svg[^>]*>[\s\S]*aria-label="[^"]+[\s\S]*<\/svg>/);
      expect(figure.match(/<tr>/g)?.length).toBeGreaterThan(1);
      expect(figure).not.toContain('NaN');
    }
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, id] of page.matchAll(/url\(#([^)]+)\)/g)) expect(ids).toContain(id);
  });

  test('takes names for text', () => {
    expect(page).toContain('origin &lt;b&gt;&amp;');
    expect(page).not.toContain('<b>');
  });

  test('is written of a card without curves too', async () => {
    const { curves: _curves, importance: _importance, profiles: _profiles, ...bare } = card;
    const plain = await modelCardPage({ ...facts, card: { ...bare, slices: [], champion: null } });
    expect(plain).not.toContain('<figure>');
    expect(plain).toContain('<h2>Limits</h2>');
  });
});

test('points of curves are what their cuts say', () => {
  const few = {
    ...curves,
    positives: 4,
    negatives: 6,
    cuts: [{ threshold: 0.5, truePositives: 3, falsePositives: 1 }],
  };
  expect(curvePoints(few)).toEqual([
    { threshold: 0.5, falsePositiveRate: 1 / 6, truePositiveRate: 3 / 4, precision: 3 / 4 },
  ]);
  expect(costPoints(few, { falsePositive: 1, falseNegative: 5 })).toEqual([{ threshold: 0.5, cost: (1 + 5) / 10 }]);
});

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pythonPeer } from '../../bench/pythonPeer.ts';
import { type AlertsCopy, alertsCopyKey } from '../../core/alertsCopy.ts';
import { putJson } from '../../storage/objects.ts';
import { get, goodRow, openWorkbench, pipeline, post, putVersion, route, type Workbench } from './fixture.ts';

const dashboard = readFileSync(join(import.meta.dirname, '../../docs/grafana/whetstone.json'), 'utf8');

const alertsCopy: AlertsCopy = {
  ...{ n: 3, look: '2001-03-15T12:00:00.000Z', everyMs: 300_000 },
  rules: [{ rule: 'staleness', severity: 'page', firing: 2, acknowledged: true, silenced: false }],
  pending: {},
};

let bench: Workbench;
let text: string;
beforeAll(async () => {
  bench = await openWorkbench();
  await route(bench.store, 1, await putVersion(bench.store, 1));
  await putJson(bench.store, alertsCopyKey(pipeline), alertsCopy);
  const { url } = await bench.open({ engineVersion: '1.2.3' });
  for (let at = 0; at < 3; at += 1) await post(`${url}/predict/${pipeline}`, goodRow);
  await post(`${url}/predict/${pipeline}`, { rows: [goodRow, goodRow] });
  await post(`${url}/predict/${pipeline}`, 'no row');
  await get(`${url}/nowhere/at/all`);
  text = (await get(`${url}/metrics`)).text;
});
afterAll(() => bench.close());

test.each([
  'whet_build_info{version="1.2.3",node="',
  'whet_requests_total{route="/predict/:pipeline",code="200"} 4\n',
  'whet_requests_total{route="/predict/:pipeline",code="400"} 1\n',
  'whet_requests_total{route="unknown",code="404"} 1\n',
  'whet_request_duration_seconds_count{route="/predict/:pipeline"} 5\n',
  'whet_predictions_total{pipeline="flight-delays",version="1"} 5\n',
  'whet_scoring_duration_seconds_count{pipeline="flight-delays",version="1"} 4\n',
  'whet_variant_answers_total{pipeline="flight-delays",variant="champion",version="1"} 4\n',
  'whet_variant_scores_count{pipeline="flight-delays",variant="champion",version="1"} 5\n',
  'whet_routing_epoch{pipeline="flight-delays"} 1\n',
  'whet_requests_shed_total 0\n',
  'whet_alert_firing_parts{pipeline="flight-delays",rule="staleness",severity="page"} 2\n',
  'whet_alert_acknowledged{pipeline="flight-delays",rule="staleness",severity="page"} 1\n',
  'whet_alert_silenced{pipeline="flight-delays",rule="staleness",severity="page"} 0\n',
  'whet_look_timestamp_seconds{pipeline="flight-delays"} 984657600\n',
])('tells %s', (line) => {
  expect(text).toContain(line);
});

test('a path or a row never becomes a label', () => {
  expect(text).not.toMatch(/nowhere|JFK/);
});

test("Prometheus' own parser reads all of it, every family once, every histogram whole", async () => {
  const python = join(await pythonPeer('prometheus', ['prometheus-client==0.23.1']), 'bin/python');
  const read = spawnSync(python, ['-c', parser], { input: text, encoding: 'utf8' });
  expect(read.stderr).toBe('');
  const families: Record<string, { type: string; samples: string[] }> = JSON.parse(read.stdout);
  expect(families.whet_requests).toMatchObject({ type: 'counter' });
  expect(families.whet_request_duration_seconds).toMatchObject({ type: 'histogram' });
  expect(families.process_cpu_seconds).toMatchObject({ type: 'counter' });
});

test('every metric of the dashboard is one that a server tells', () => {
  const told = new Set([...text.matchAll(/^([a-z_0-9]+)[{ ]/gm)].map(([, name]) => name));
  const used = [...dashboard.matchAll(/\b(?:whet|process|nodejs)_[a-z_0-9]+/g)].map(([name]) => name);
  expect(used.length).toBeGreaterThan(30);
  expect(used.filter((name) => !told.has(name))).toEqual([]);
});

/** Reads the text from its input; says each family's type and sample names as JSON. */
const parser = `
import json, sys
from prometheus_client.parser import text_string_to_metric_families
families = {}
for family in text_string_to_metric_families(sys.stdin.read()):
    assert family.name not in families, family.name
    assert family.documentation and family.type != 'unknown', family.name
    families[family.name] = {'type': family.type, 'samples': sorted({s.name for s in family.samples})}
    if family.type != 'histogram': continue
    series = {}
    for s in family.samples:
        key = tuple(sorted((k, v) for k, v in s.labels.items() if k != 'le'))
        series.setdefault(key, {}).setdefault(s.name, []).append((s.labels.get('le'), s.value))
    for key, parts in series.items():
        buckets = [value for _, value in parts[family.name + '_bucket']]
        assert buckets == sorted(buckets), key
        assert parts[family.name + '_bucket'][-1] == ('+Inf', parts[family.name + '_count'][0][1]), key
print(json.dumps(families))
`;

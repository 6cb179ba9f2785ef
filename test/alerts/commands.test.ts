import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { rulesText } from '../../cli/actions/alertRules.ts';
import { program } from '../../cli/main.ts';
import { alertRules } from '../../core/alertRules.ts';
import type { WatchPlan } from '../../core/watchPlan.ts';
import { usualAlerts } from '../../words/usualAlerts.ts';
import { pythonOf } from '../serving/clients/pythonClient.ts';
import { type AlertWorkbench, openAlertWorkbench, pipeline } from './fixture.ts';

const execute = promisify(execFile);
const python = await pythonOf('promql', ['promql-parser==0.12.0']);

describe('whet alerts', () => {
  let bench: AlertWorkbench;
  beforeEach(async () => {
    bench = await openAlertWorkbench();
    vi.stubEnv('WHET_STORE', bench.folder);
    await bench.look(0, { tables: 'off', others: 'off' });
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await bench.close();
  });

  test('shows what fires, and who looks into it', async () => {
    expect(await whet('alerts', pipeline)).toMatch(/1 +stale +page +firing +2001.*tables is off.*; others is off/);
    await whet('alerts', 'ack', pipeline, 'stale', '--who', 'ana', '--why', 'looking');
    const [open] = JSON.parse(await whet('alerts', pipeline, '--json'));
    expect(open.alerts).toMatchObject([{ alert: 1, acknowledged: { who: 'ana', why: 'looking' } }]);
    await whet('alerts', 'ack', pipeline, '1', '--who', 'ben');
    expect(await whet('alerts', pipeline, '--all')).toMatch(
      /alert 1 fired: stale +watch.*\n.*alert 1 acknowledged +ana +looking$/,
    );
  });

  test('silences what fits for a while, and ends a silence', async () => {
    const silence = ['alerts', 'silence', pipeline, '--rule', 'st*', '--for', '2 hours', '--why', 'a storm'];
    expect(await whet(...silence)).toMatch(/silence 2 until .*Z, rule st\*: a storm \(/);
    expect(JSON.parse(await whet('alerts', 'unsilence', pipeline, '2', '--json')).silences).toEqual([]);
    expect((await bench.events()).map(({ kind }) => kind)).toEqual(['fired', 'silenced', 'unsilenced']);
  });

  test('resolves by hand, and tells whoever was told', async () => {
    expect(await whet('alerts', 'resolve', pipeline, '1', '--why', 'known')).toBe('nothing is firing');
    expect(await bench.look(0, {})).toMatchObject([{ entry: 1 }, { entry: 2 }]);
  });

  test.each([
    [['ack', pipeline, '7'], /alert\.unknown.*\(1 \(stale\)\).*"7"/],
    [['unsilence', pipeline, '7'], /alert\.unknown.*\(none is\).*7/],
    [['silence', pipeline, '--rule', 'stale'], /'for' or 'until'/],
    [['silence', pipeline, '--for', '2 hours'], /'rule', 'severity', 'monitor' or 'about'/],
    [['silence', pipeline, '--rule', 'a', '--until', '2001-01-01T00:00:00Z'], /a time that is to come/],
    [['silence', pipeline, '--rule', 'a', '--for', 'long'], /duration\.invalid/],
    [['silence', pipeline, '--severity', 'pages', '--for', '2 hours'], /one of page, ticket, note.*"pages"/],
    [['silence', 'flight-delay', '--rule', 'a', '--for', '1 hour'], /pipeline\.unknown/],
    [['flight-delay'], /pipeline\.unknown/],
  ])('%j is refused, and nothing is written', async (words, told) => {
    await expect(whet('alerts', ...words)).rejects.toThrow(told);
    expect(await bench.events()).toHaveLength(1);
  });
});

describe('the rules for Prometheus', () => {
  const kinds = ['performance', 'input drift', 'staleness'] as const;
  const alerts = usualAlerts(kinds.map((kind) => ({ kind }) as WatchPlan['monitors'][number]));
  const watch = { everyMs: 300_000, alerts } as unknown as WatchPlan;
  const rules = alertRules(pipeline, watch);

  test('are YAML as Prometheus reads it', () => {
    const held = parse(rulesText(pipeline, watch), { strict: true, uniqueKeys: true });
    expect(ruleFile.parse(held)).toEqual(JSON.parse(rulesText(pipeline, watch, true)));
  });

  test('are refused for a pipeline that nobody knows', async () => {
    await expect(whet('alerts', 'rules', 'flight-delay')).rejects.toThrow(/pipeline\.unknown/);
  });

  test('name their own metrics, and are as grave as the alerts', () => {
    const { groups } = ruleFile.parse(rules);
    const told = groups[0]?.rules.map(({ alert, labels }) => [alert, labels?.severity]);
    expect(told).toEqual([
      ['WhetPerformance', 'page'],
      ['WhetInputDrift', 'ticket'],
      ['WhetStaleness', 'page'],
      ['WhetCannotJudge', 'page'],
      ['WhetRunTooLong', 'page'],
      ['WhetLooksStopped', 'page'],
    ]);
  });

  test.skipIf(python === undefined)('are PromQL that a parser of others takes', async () => {
    const expressions = rules.groups.flatMap((group) => group.rules.map(({ expr }) => expr));
    const script = 'import json, sys, promql_parser\nfor e in json.loads(sys.argv[1]): promql_parser.parse(e)';
    await execute(python ?? '', ['-c', script, JSON.stringify(expressions)]);
    await expect(execute(python ?? '', ['-c', script, '["max by ("]'])).rejects.toThrow();
  });
});

/** Prometheus refuses a file with any other field (prometheus.io, "Alerting rules"). */
const ruleFile = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string().min(1),
      rules: z.array(
        z.strictObject({
          alert: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/),
          expr: z.string().min(1),
          for: z.string().optional(),
          labels: z.record(z.string().regex(/^[a-z_]+$/), z.string()),
          annotations: z.record(z.string().regex(/^[a-z_]+$/), z.string()),
        }),
      ),
    }),
  ),
});

/** What the command prints. */
async function whet(...words: string[]): Promise<string> {
  const printed: string[] = [];
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  try {
    await program().parseAsync(['node', 'whet', ...words]);
  } finally {
    spy.mockRestore();
  }
  return printed.join('').trimEnd();
}

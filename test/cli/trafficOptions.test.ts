import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type TrafficOptions, trafficWish } from '../../cli/trafficOptions.ts';

describe('what whet traffic is told', () => {
  test('becomes a traffic; nothing said shows, and none ends it', async () => {
    const options = { variant: ['b=3:0.5', 'c=v4:0:1'], rule: ['country=DE,tier=a:b:b'], fallback: 'b,champion' };
    expect(await trafficWish({ ...options, stickyBy: 'customer', deadlineMs: '20' })).toEqual({
      variants: { b: { version: 3, weight: 0.5, shadow: 0 }, c: { version: 4, weight: 0, shadow: 1 } },
      rules: [{ when: { country: 'DE', tier: 'a:b' }, variant: 'b' }],
      ...{ stickyBy: 'customer', fallback: ['b', 'champion'], deadlineMs: 20 },
    });
    expect(await trafficWish({})).toBeUndefined();
    expect(await trafficWish({ none: true })).toBeNull();
  });

  test('may be a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'whet-traffic-'));
    const file = join(folder, 'traffic.json');
    await writeFile(file, '{"variants":{"b":{"version":3,"weight":0.5}}}');
    expect(await trafficWish({ file })).toEqual({ variants: { b: { version: 3, weight: 0.5 } } });
    await rm(folder, { recursive: true });
    await expect(trafficWish({ file })).rejects.toMatchObject({ code: 'input.invalid' });
  });

  test.each<[TrafficOptions]>([
    [{ variant: ['b'] }],
    [{ variant: ['b=three:0.5'] }],
    [{ rule: ['country:b'] }],
    [{ none: true, variant: ['b=3:0.5'] }],
    [{ none: true, file: 'traffic.json' }],
  ])('is refused: %j', async (options) => {
    await expect(trafficWish(options)).rejects.toMatchObject({ code: 'input.invalid' });
  });
});

import { describe, expect, test } from 'vitest';
import type { ModelPackage } from '../../core/modelPackage.ts';
import type { RoutedVersion } from '../../core/routing.ts';
import { rowShape } from '../../serving/rowShape.ts';
import { type HeldSlot, openSlots, type Slots } from '../../serving/slots.ts';

const version = (number: number): RoutedVersion => ({ version: number, package: `p${number}`, digest: `d${number}` });

/** Slots whose scorers only note that they were loaded and released. */
function openNoted(): { slots: Slots; loads: number[]; releases: number[]; failures: unknown[] } {
  const [loads, releases, failures]: [number[], number[], unknown[]] = [[], [], []];
  const model: Pick<ModelPackage, 'inputs' | 'golden'> = { inputs: [], golden: { columns: {}, scores: [] } };
  const slots = openSlots(
    async (routed) => {
      loads.push(routed.version);
      if (routed.version === 13) throw new Error('cannot be loaded');
      const release = async () => void releases.push(routed.version);
      const scorer = { kind: 'onnxruntime' as const, inputs: [], score: async () => new Float32Array(), release };
      return { routed, package: model as ModelPackage, scorer, shape: rowShape(model as ModelPackage) };
    },
    (error) => failures.push(error),
  );
  return { slots, loads, releases, failures };
}

function taken(slots: Slots): HeldSlot {
  const answering = slots.take('champion');
  if (answering === undefined) throw new Error('Nothing answers.');
  return answering;
}

describe('openSlots', () => {
  test('answers a request to its end by the version that it took at its beginning', async () => {
    const { slots, releases } = openNoted();
    await slots.prepare(version(1));
    slots.flip(version(1), 1);
    const early = [taken(slots), taken(slots)];
    await slots.prepare(version(2));
    slots.flip(version(2), 2);
    const late = taken(slots);
    expect([early[0]?.loaded.routed.version, early[0]?.epoch]).toEqual([1, 1]);
    expect([late.loaded.routed.version, late.epoch]).toEqual([2, 2]);
    const third = slots.prepare(version(3));
    for (const each of early) {
      expect(releases).toEqual([]);
      slots.done(each);
    }
    await third;
    expect(releases).toEqual([1]);
    expect([slots.champion?.slot, slots.challenger?.slot]).toEqual(['green', 'blue']);
  });

  test('loads a version once while it is in a slot', async () => {
    const { slots, loads } = openNoted();
    await slots.prepare(version(1));
    await slots.prepare(version(1));
    slots.flip(version(1), 1);
    await slots.prepare(version(1));
    slots.flip(version(1), 2);
    expect(loads).toEqual([1]);
    expect(slots.champion).toMatchObject({ epoch: 2, variant: 'champion' });
  });

  test('lets a newer newcomer replace the one that waits', async () => {
    const { slots, releases } = openNoted();
    await slots.prepare(version(1));
    slots.flip(version(1), 1);
    await slots.prepare(version(2));
    await slots.prepare(version(3));
    expect(releases).toEqual([2]);
    expect(slots.challenger?.loaded.routed.version).toBe(3);
    expect(slots.champion?.loaded.routed.version).toBe(1);
  });

  test('goes on as before when a version cannot be loaded', async () => {
    const { slots } = openNoted();
    await slots.prepare(version(1));
    slots.flip(version(1), 1);
    await expect(slots.prepare(version(13))).rejects.toThrow('cannot be loaded');
    expect(() => slots.flip(version(13), 2)).toThrow('Version 13 is in no slot.');
    expect([slots.champion?.loaded.routed.version, slots.epoch]).toEqual([1, 1]);
  });

  test('can answer with nothing, and loads beside a newcomer then too', async () => {
    const { slots, releases } = openNoted();
    await slots.prepare(version(1));
    slots.flip(version(1), 1);
    await slots.prepare(version(2));
    slots.flip(null, 2);
    expect(slots.take('champion')).toBeUndefined();
    slots.flip(version(2), 3);
    expect(slots.champion?.loaded.routed.version).toBe(2);
    await slots.close();
    expect(releases.sort()).toEqual([1, 2]);
  });

  test('closes after its last request', async () => {
    const { slots, releases } = openNoted();
    await slots.prepare(version(1));
    slots.flip(version(1), 1);
    const request = taken(slots);
    const closed = slots.close();
    expect(releases).toEqual([]);
    slots.done(request);
    await closed;
    expect(releases).toEqual([1]);
  });
});

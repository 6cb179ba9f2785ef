import { WhetError } from '../core/errors.ts';
import type { RoutedVersion, Traffic } from '../core/routing.ts';
import { measuredP99Ms } from './measuredP99.ts';
import type { LoadedVersion, LoadVersion } from './slots.ts';
import { openVariant, type Variant } from './variant.ts';

/** The variants of one pipeline in this process, over epochs. */
export interface Variants {
  /** By name, those of the routing that was applied last. */
  readonly open: ReadonlyMap<string, Variant>;
  /** Opens those that a routing names and keeps those that it names as before; the others are let go. */
  apply(traffic: Traffic | undefined, champion: LoadedVersion | undefined): ReadonlyMap<string, Variant>;
  /** Loads those again that could not be loaded; false while one is not. */
  retry(): boolean;
  close(): Promise<void>;
}

export interface VariantsOptions {
  /** For those that the fallback names: in this thread. */
  readonly loadHere: LoadVersion;
  readonly loadOutside: LoadVersion;
  readonly changed: () => void;
  readonly report: (line: string) => void;
}

export function openVariants({ loadHere, loadOutside, changed, report }: VariantsOptions): Variants {
  let open: ReadonlyMap<string, Variant> = new Map();
  const leaving = new Set<Promise<void>>();
  let beside: LoadedVersion | undefined;
  const close = (variant: Variant): void => {
    const left = variant.close().then(() => void leaving.delete(left));
    leaving.add(left);
  };
  const opened = (name: string, routed: RoutedVersion, here: boolean, deadlineMs: number): Variant => {
    const load = async (): Promise<LoadedVersion> => {
      if (!here) return loadOutside(routed);
      const loaded = await loadHere(routed);
      await refuseSlow(loaded, deadlineMs);
      return loaded;
    };
    const variant = openVariant({ name, routed, here, load, changed, report });
    void variant.opened.then(() => beside && variant.answersBeside(beside));
    return variant;
  };
  const apply: Variants['apply'] = (traffic, champion) => {
    const before = open;
    const next = Object.entries(champion === undefined ? {} : (traffic?.variants ?? {})).map(([name, { version }]) => {
      const here = traffic?.fallback.includes(name) ?? false;
      const kept = before.get(name);
      const same = kept !== undefined && isSame(kept, version, here) && kept.refusal === undefined;
      return [name, same ? kept : opened(name, version, here, traffic?.deadlineMs ?? 0)] as const;
    });
    [open, beside] = [new Map(next), champion];
    for (const variant of before.values()) if (open.get(variant.name) !== variant) close(variant);
    for (const variant of open.values()) if (champion !== undefined) variant.answersBeside(champion);
    return open;
  };
  return {
    get open() {
      return open;
    },
    apply,
    retry() {
      const all = [...open.values()];
      for (const variant of all) variant.again();
      return all.every(({ loaded, refusal }) => loaded !== undefined || refusal !== undefined);
    },
    async close() {
      apply(undefined, undefined);
      await Promise.all(leaving);
    },
  };
}

function isSame({ routed, here: was }: Variant, version: RoutedVersion, here: boolean): boolean {
  const same = routed.version === version.version && routed.digest === version.digest;
  return same && routed.package === version.package && was === here;
}

/** What scores in the serving thread holds every other request up. */
async function refuseSlow(loaded: LoadedVersion, deadlineMs: number): Promise<void> {
  const p99 = await measuredP99Ms(loaded);
  if (p99 < deadlineMs / 2) return;
  await loaded.scorer.release();
  const expected = `a fallback whose 99th percentile is under half the deadline of ${deadlineMs} ms`;
  throw new WhetError('variant.too-slow', { expected, came: `${p99.toPrecision(3)} ms` });
}

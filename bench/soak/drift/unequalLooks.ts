import type { EarlierValue } from '../../../core/drift/carriedPast.ts';
import { quietTest } from '../../../core/drift/quietTest.ts';
import { seededRandom } from '../../../core/random.ts';
import { noDrift, worldReference, worldRows, worldTests } from './driftWorld.ts';
import { percent } from './percent.ts';

/** Looks of many rows beside few quiet windows of few: in how many of them a test is off, though nothing has changed. */
export interface UnequalLooks {
  readonly looks: number;
  /** By what windows have of their own, in standard deviations of their numbers, then by test. */
  readonly off: Readonly<Record<string, Readonly<Record<string, UnequalRate>>>>;
}

/** Held to the windows before, and to sampling alone; at 5 % stated. */
export interface UnequalRate {
  readonly held: number;
  readonly sampling: number;
}

export function unequalLooks(seed: number, looks = 300): UnequalLooks {
  return { looks, off: Object.fromEntries(owns.map((own) => [own, offWith(seed, own, looks)])) };
}

export function unequalText({ looks, off }: UnequalLooks): string[] {
  return [
    `${looks} looks of ${rows.look} rows beside ${rows.windows} quiet windows of ${rows.window}: share that is off, for ${percent(stated)} stated`,
    ...Object.entries(off).flatMap(([own, rates]) =>
      Object.entries(rates).map(([test, { held, sampling }]) => {
        return `  windows moved by ${own}, ${test}: ${percent(held)}; held to sampling alone ${percent(sampling)}`;
      }),
    ),
  ];
}

const owns = [0, 0.2];
const stated = 0.05;
const rows = { reference: 700, window: 36, windows: 8, look: 2_898 } as const;

function offWith(seed: number, own: number, looks: number): Record<string, UnequalRate> {
  const random = seededRandom(seed);
  const off: Record<string, UnequalRate> = {};
  for (let look = 0; look < looks; look += 1) {
    const reference = worldReference(worldRows(random, rows.reference, noDrift));
    const testsOf = (many: number) =>
      worldTests(reference, worldRows(random, many, { ...noDrift, shift: own * random.normal() }));
    const past = Array.from({ length: rows.windows }, () => testsOf(rows.window));
    for (const [name, test] of Object.entries(testsOf(rows.look))) {
      // Chi-square has no quiet past: no monitor asks for it.
      if (test === undefined || name.endsWith('chi-square')) continue;
      const earlier = past.flatMap((tests): EarlierValue | [] => tests[name] ?? []);
      const { held = 0, sampling = 0 } = off[name] ?? {};
      off[name] = {
        held: held + Number(quietTest(test, earlier).pValue <= stated) / looks,
        sampling: sampling + Number(test.pValue <= stated) / looks,
      };
    }
  }
  return off;
}

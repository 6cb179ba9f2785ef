import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { killSoak, type SoakReport } from './soak/killSoak.ts';

/**
 * `npm run soak -- kill [--rounds N] [--kills N] [--seed S] [--state FOLDER] [--json]`: works for long and breaks things.
 * With `--state` it goes on where it was left. Ends with 1 if anything was violated.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    kills: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    state: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const [rounds, kills, seed] = [values.rounds, values.kills, values.seed].map(Number);
if (positionals[0] !== 'kill' || ![rounds, kills, seed].every(Number.isSafeInteger)) {
  process.stderr.write(`expected 'kill' and whole numbers, but came '${process.argv.slice(2).join(' ')}'\n`);
  process.exit(2);
}
const own = values.state === undefined;
const folder = own ? await mkdtemp(join(tmpdir(), 'whet-soak-')) : resolve(values.state ?? '');
const report = (line: string): void => void process.stderr.write(`${line}\n`);
const done = await killSoak({ folder, rounds: rounds ?? 0, kills: kills ?? 0, seed: seed ?? 0, report });
process.stdout.write(values.json ? `${JSON.stringify(done, null, 2)}\n` : `${textOf(done)}\n`);
if (done.violations.length > 0) report(`the state is kept in ${folder}`);
else if (own) await rm(folder, { recursive: true, force: true });
process.exitCode = done.violations.length === 0 ? 0 : 1;

function textOf({ seed, rounds, kills, missed, gaveUp, violations }: SoakReport): string {
  const hit = Object.entries(kills).map(([victim, count]) => `${victim} ${count}`);
  return [
    `soak kill, seed ${seed}: ${rounds} rounds, kills: ${hit.join(', ')}; ${missed} came too late`,
    `the command ended badly by itself ${gaveUp} times`,
    `${violations.length} violations`,
    ...violations.map(({ round, asOf, what }) => `  round ${round} (${asOf}): ${what}`),
  ].join('\n');
}

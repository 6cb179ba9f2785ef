import { join } from 'node:path';
import type { Database } from '../../datasets/database.ts';
import type { Bench, BenchFigure, BenchGroup, BenchRatio } from '../harness.ts';
import { pythonPeer } from '../pythonPeer.ts';
import { dirtyFlights, planted } from './dirtyFlights.ts';
import { type DirtyJudged, judgedByCommand, judgedByScript, makeProject } from './judgeDirty.ts';

/** Judging the dirty flights: in process and as a whole command; with peers, theirs on the same file by the same rules. */
export async function dirtyGroups(
  database: Database,
  scratch: string,
  flights: string,
  peers: boolean,
): Promise<Required<Pick<Bench, 'groups' | 'ratios' | 'conditions'>>> {
  const file = await dirtyFlights(database, flights);
  const project = await makeProject(join(scratch, 'project'));
  const others = peers ? await peerGroups(file) : [];
  return {
    groups: [oursInProcess(file), wholeCommand(project, file), ...others.map(({ group }) => group)],
    ratios: others.flatMap(({ name }) => ratios(name)),
    conditions: [
      `dirty flights: 3,000,000 rows of float64 and text, ${planted.bad} bad rows with ${planted.reasons} reasons, which every side must find; each measurement a fresh process`,
      'in process: read, judged by 8 rules, every bad row with all its reasons; whetstone also hashes the file, counts its hours and writes the bad rows to a Parquet file',
      'whet validate: the package as built for publishing, its compiled modules cached by the start before',
    ],
  };
}

interface Peer {
  readonly name: string;
  readonly group: BenchGroup;
}

const ours = 'whetstone';
const figures = {
  inProcess: (name: string) => `dirty flights, in process: ${name}`,
  whole: (name: string) => `dirty flights, whole process: ${name}`,
  cpu: (name: string) => `dirty flights, processor time: ${name}`,
  peak: (name: string) => `dirty flights, peak memory: ${name}`,
};

function oursInProcess(file: string): BenchGroup {
  const name = figures.inProcess(ours);
  return {
    figures: [{ name, unit: 's', better: 'lower' }],
    async measureAll() {
      const { inProcessSeconds } = await judgedByScript(process.execPath, 'judgeWithWhetstone.ts', file);
      return { [name]: inProcessSeconds ?? Number.NaN };
    },
  };
}

function wholeCommand(project: string, file: string): BenchGroup {
  return {
    figures: wholes(ours),
    measureAll: async () => wholeFigures(ours, await judgedByCommand(project, file)),
  };
}

/** Installed as their documentation says, with the versions that were current when this was written. */
const environments = [
  {
    name: 'pandera',
    script: 'judge_with_pandera.py',
    packages: ['pandera[pandas,polars]==0.35.0', 'polars==2.1.0', 'pandas==3.1.1', 'pyarrow==26.0.1'],
  },
  {
    name: 'pandera without pandas',
    script: 'judge_with_pandera.py',
    packages: ['pandera[polars]==0.35.0', 'polars==2.1.0'],
  },
  {
    name: 'Great Expectations',
    script: 'judge_with_great_expectations.py',
    packages: ['great-expectations==1.24.1', 'pandas==3.1.1', 'pyarrow==26.0.1'],
  },
];

async function peerGroups(file: string): Promise<Peer[]> {
  const groups: Peer[] = [];
  for (const { name, script, packages } of environments) {
    const python = join(await pythonPeer(name.toLowerCase().replaceAll(' ', '-'), packages), 'bin', 'python');
    groups.push({ name, group: peerGroup(name, () => judgedByScript(python, script, file)) });
  }
  return groups;
}

function peerGroup(name: string, judge: () => Promise<DirtyJudged>): BenchGroup {
  return {
    figures: [{ name: figures.inProcess(name), unit: 's', better: 'lower' }, ...wholes(name)],
    async measureAll() {
      const judged = await judge();
      return { [figures.inProcess(name)]: judged.inProcessSeconds ?? Number.NaN, ...wholeFigures(name, judged) };
    },
  };
}

function wholes(name: string): BenchFigure[] {
  return [
    { name: figures.whole(name), unit: 's', better: 'lower' },
    { name: figures.cpu(name), unit: 's', better: 'lower' },
    { name: figures.peak(name), unit: 'MB', better: 'lower' },
  ];
}

function wholeFigures(name: string, { wholeSeconds, cpuSeconds, peakMb }: DirtyJudged): Record<string, number> {
  return { [figures.whole(name)]: wholeSeconds, [figures.cpu(name)]: cpuSeconds, [figures.peak(name)]: peakMb };
}

/** How many times the peer's figure is ours. */
function ratios(name: string): BenchRatio[] {
  return (['inProcess', 'whole', 'cpu', 'peak'] as const).map((figure) => ({
    name: `${figures[figure](name)} to ${ours}`,
    of: figures[figure](name),
    to: figures[figure](ours),
  }));
}

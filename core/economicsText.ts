import type { RetrainEconomics } from './retrainEconomics.ts';

/** The economics of a pipeline's runs for people, line by line. */
export function economicsText(economics: RetrainEconomics): string[] {
  const { metric, runs, retrainSeconds, stageSeconds, comparisons, decay, recommended, worthSeconds } = economics;
  const stages = Object.entries(stageSeconds).map(([name, seconds]) => `${name} ${seconds.toFixed(1)}`);
  const cost =
    retrainSeconds === null
      ? 'no run came to a candidate yet'
      : `a run takes ${retrainSeconds.toFixed(1)} s, the mean of ${runs}${stages.length === 0 ? '' : ` (${stages.join(', ')})`}`;
  const ages = decay.map(({ ageHours, loss, comparisons: n }) => `${loss.toFixed(4)} at ${ageHours} h (${n})`);
  const lost =
    comparisons === 0
      ? 'no champion was compared with a candidate yet'
      : `a champion loses ${metric} against a candidate on the same rows, by hours of age: ${ages.join(', ')}`;
  const worth = `0.01 ${metric} lost for an hour counts as ${worthSeconds} s of the machine`;
  return [cost, lost, `recommended interval: ${recommended.text}; ${worth}`];
}

import type { AlertPart } from './alert.ts';
import { isSamePart } from './judgeAlert.ts';
import type { Look, MonitorFinding } from './look.ts';

/** What a look says that an alert's rule was judged by. */
export type JudgedLook = Pick<Look, 'champion' | 'findings'>;

/**
 * Why an alert is over, part by part. That a bad version answers no more says nothing of the one in its place: whether that
 * was judged is told as well.
 */
export function alertEnd(parts: readonly AlertPart[], look: JudgedLook, listed: (texts: string[]) => string): string {
  const ended = parts.filter(({ firing }) => firing).map(({ finding }) => finding);
  const by = Map.groupBy(ended, (finding) => endOf(finding, look));
  const told = ends.flatMap((end) => {
    const abouts = by.get(end)?.map(({ about }) => about) ?? [];
    return abouts.length === 0 ? [] : [`${end}: ${listed(abouts)}`];
  });
  const gone = ended.filter((finding) => endOf(finding, look) !== 'fine again');
  return [...told, ...inItsPlace(gone, look)].join('; ');
}

const ends = ['fine again', 'answers no more', 'nothing more is found of', 'watched no more'] as const;

function endOf(part: MonitorFinding, { findings }: JudgedLook): (typeof ends)[number] {
  const now = findings.find((finding) => isSamePart(finding, part));
  if (now === undefined) return 'nothing more is found of';
  if (now.state !== 'fine') return 'watched no more';
  return now.over ? 'answers no more' : 'fine again';
}

/** What is known of the version that answers now, where the alert was about how good another was. */
function inItsPlace(gone: readonly MonitorFinding[], { champion, findings }: JudgedLook): string[] {
  const monitors = new Set(gone.filter(({ kind }) => kind === 'performance').map(({ monitor }) => monitor));
  if (champion === null || monitors.size === 0) return [];
  const name = `version ${champion.version}`;
  const own = findings.filter(({ monitor, about }) => monitors.has(monitor) && about.includes(`(${name})`));
  if (own.some(({ state }) => state === 'off')) return [`${name} is off as well`];
  return [own.some(({ state }) => state === 'fine') ? `${name} is fine` : `${name} is not yet judged`];
}

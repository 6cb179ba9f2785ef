import { type FindingState, type LookOutcome, type MonitorFinding, textBeside } from './look.ts';

/** How a look ended, in a line. */
export function lookText({ champion, counts }: Pick<LookOutcome, 'champion' | 'counts'>): string {
  const who = champion === null ? 'no version answers' : `version ${champion.version} answers`;
  const found = (['off', 'fine', 'too little to say'] as const).map((state) => `${counts[state]} ${state}`);
  return `${who}: ${found.join(', ')}`;
}

/** What it found, a line each. */
export function findingLines(findings: readonly MonitorFinding[]): string[] {
  return toldTogether(findings).map(
    ({ one: { state, monitor, about, text }, what }) => `${state}: ${monitor}, ${what}: ${textBeside({ about, text })}`,
  );
}

/** The figures of a monitor of which too little is known for the same reason are told as one; every other by itself. */
export function toldTogether<F extends MonitorFinding>(findings: readonly F[]): ToldFinding<F>[] {
  const groups = Map.groupBy(findings, (one) =>
    one.state === 'too little to say' ? `${one.monitor}: ${textBeside(one)}` : one,
  );
  return [...groups.values()].map((group) => {
    const [one] = group as [F];
    return {
      one,
      count: group.length,
      what: group.length === 1 ? one.about : `${group.length} figures, such as ${one.about}`,
    };
  });
}

export interface ToldFinding<F> {
  /** The first of them. */
  readonly one: F;
  readonly count: number;
  /** What they are about. */
  readonly what: string;
}

/** What it found, in Markdown. */
export function findingTable({ counts, told }: Pick<LookOutcome, 'counts' | 'told'>): string {
  if (told.length === 0) return 'Nothing was found.';
  const rows = told.map((one) => [marks[one.state], one.monitor, one.about, textBeside(one)].map(cell));
  const lines = [['', 'monitor', 'about', 'found'], ['---', '---', '---', '---'], ...rows];
  const left = counts.fine + counts.off + counts['too little to say'] - told.length;
  const more = left === 0 ? [] : ['', `and ${left} more`];
  return [...lines.map((cells) => `| ${cells.join(' | ')} |`), ...more].join('\n');
}

const marks: Readonly<Record<FindingState, string>> = {
  off: '**off**',
  fine: 'fine',
  'too little to say': 'too little',
};

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

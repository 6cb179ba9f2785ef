import { type FindingState, type LookOutcome, type MonitorFinding, textBeside } from './look.ts';

/** How a look ended, in a line. */
export function lookText({ champion, counts }: Pick<LookOutcome, 'champion' | 'counts'>): string {
  const who = champion === null ? 'no version answers' : `version ${champion.version} answers`;
  const found = (['off', 'fine', 'too little to say'] as const).map((state) => `${counts[state]} ${state}`);
  return `${who}: ${found.join(', ')}`;
}

/** What it found, a line each; the figures of a monitor of which too little is known for the same reason share one. */
export function findingLines(findings: readonly MonitorFinding[]): string[] {
  const groups = Map.groupBy(findings, (one) =>
    one.state === 'too little to say' ? `${one.monitor}: ${textBeside(one)}` : one,
  );
  return [...groups.values()].map((group) => {
    const [{ state, monitor, about, text }] = group as [MonitorFinding];
    const what = group.length === 1 ? about : `${group.length} figures, such as ${about}`;
    return `${state}: ${monitor}, ${what}: ${textBeside({ about, text })}`;
  });
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

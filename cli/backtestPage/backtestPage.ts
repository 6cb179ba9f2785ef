import type { BacktestReport } from '../../core/backtest.ts';
import { hourMs, hourStart } from '../../core/time.ts';
import { backtestTables } from '../backtestTables.ts';
import { drawSvg } from '../modelCard/drawSvg.ts';
import { figureOf } from '../modelCard/figuresOf.ts';
import { htmlPage } from '../modelCard/htmlPage.ts';
import { paragraph, sectionOf, tableOf } from '../modelCard/markup.ts';
import { decayChart } from './decayChart.ts';
import { qualityChart } from './qualityChart.ts';
import { timeLine } from './timeLine.ts';

/** A back-test as a page: one file that asks for nothing else and runs nothing; every drawing has its numbers beside it. */
export async function backtestPage(report: BacktestReport): Promise<string> {
  const { pipeline, from, hours, cadences, gate, recommendedInterval: interval } = report;
  const until = new Date(hourStart(from) + hours * hourMs).toISOString();
  const [cadenceTable, ...others] = backtestTables(report);
  const decayTable = others.at(-1);
  const rejections = others.slice(gate === undefined ? 0 : 1, -1)[0];
  const sections = [
    sectionOf('Cadences', tableText(cadenceTable), await figureOf(qualityChart(cadences), 'quality')),
    sectionOf(
      'Decay',
      await figureOf(decayChart(report), 'decay'),
      tableText(decayTable),
      paragraph(intervalText(report)),
    ),
    sectionOf('What happened', await figureOf(timeLine(cadences, until), 'events'), tableText(rejections)),
    gate === undefined
      ? ''
      : sectionOf('Under other rules', tableText(others[0]), await figureOf(timeLine(gate.cadences, until), 'gate')),
  ];
  const title = `${pipeline}: ${hours} hours from ${from}, replayed`;
  return htmlPage(
    title,
    `${report.rows} rows answered, ${report.labelled} with a label. Back-test ${report.id}, ${interval.text}.`,
    sections,
  );
}

/** The decay as a drawing that stands alone, in a colour that is seen on white and on black. */
export async function decaySvg(report: BacktestReport): Promise<string> {
  const { spec, title, text } = decayChart(report);
  const svg = await drawSvg({ ...spec, description: `${title}. ${text}` }, 'decay');
  return `${svg.replaceAll('currentColor', '#7a7a7a')}\n`;
}

function tableText(table: ReturnType<typeof backtestTables>[number] | undefined): string {
  const [head = [], ...rows] = table?.rows ?? [];
  return table === undefined ? '' : tableOf(table.title, head, rows);
}

function intervalText({ recommendedInterval: { hours, text, squareRootHours } }: BacktestReport): string {
  const named = hours === null ? '' : `Retrain every ${hours} h. `;
  const root = squareRootHours === null ? '' : ` By the square-root law it would be ${squareRootHours.toFixed(1)} h.`;
  return `${named}${text}.${root}`;
}

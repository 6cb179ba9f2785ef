import type { Chart } from './chart.ts';
import { drawSvg } from './drawSvg.ts';
import { escaped, tableOf } from './markup.ts';

/** Charts as HTML, each with its numbers beside it; empty without any. */
export async function figuresOf(charts: readonly Chart[]): Promise<string> {
  const figures: string[] = [];
  for (const [at, chart] of charts.entries()) figures.push(await figureOf(chart, `chart${at}`));
  return figures.length === 0 ? '' : `<div class="charts">${figures.join('\n')}</div>`;
}

/** One chart as HTML. `name` tells it apart from others on the page. */
export async function figureOf({ title, text, spec, head, rows }: Chart, name: string): Promise<string> {
  const svg = await drawSvg({ ...spec, description: `${title}. ${text}` }, name);
  return `<figure><h3>${escaped(title)}</h3>${svg}<figcaption>${escaped(text)}</figcaption>
<details><summary>The numbers</summary>${tableOf(title, head, rows)}</details></figure>`;
}

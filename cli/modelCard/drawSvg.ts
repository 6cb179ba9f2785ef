import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';

/**
 * Draws a Vega-Lite chart as SVG, without a browser. `name` goes before the ids in it, so that several stand on one page.
 * Text and lines take the page's own colour.
 */
export async function drawSvg(chart: TopLevelSpec, name: string): Promise<string> {
  const { spec } = compile({ ...chart, background: 'transparent', config });
  const view = new View(parse(spec), { renderer: 'none' });
  try {
    const svg = await view.toSVG();
    return svg.replace(/(id="|url\(#)(?=[a-z_]+\d)/g, `$1${name}-`);
  } finally {
    view.finalize();
  }
}

const ink = 'currentColor';

const config: NonNullable<TopLevelSpec['config']> = {
  font: 'system-ui, sans-serif',
  view: { stroke: null },
  axis: {
    labelColor: ink,
    titleColor: ink,
    tickColor: ink,
    domainColor: ink,
    gridColor: ink,
    gridOpacity: 0.12,
    titleFontWeight: 'normal',
  },
  legend: { labelColor: ink, titleColor: ink, orient: 'bottom' },
};

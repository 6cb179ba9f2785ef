import { escaped } from './markup.ts';
import { style } from './style.ts';

/** A page that asks for nothing else and runs nothing. `sections` are HTML; empty ones are left out. */
export function htmlPage(title: string, subtitle: string, sections: readonly string[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${escaped(title)}</h1>
<p class="faint">${escaped(subtitle)}</p>
</header>
<main>
${sections.filter((section) => section !== '').join('\n')}
</main>
</body>
</html>
`;
}

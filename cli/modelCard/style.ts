/** The page's own style: light or dark as the reader's system is, nothing from elsewhere. */
export const style = `
:root { color-scheme: light dark; --line: light-dark(#d8d8d8, #444); --faint: light-dark(#5a5a5a, #adadad); }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 0 auto; padding: 1.5rem 1rem 4rem;
  background: light-dark(#fff, #161616); color: light-dark(#1b1b1b, #e8e8e8); }
h1 { margin: 0; } h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); }
.verdict { font-weight: 600; } .faint, caption, figcaption { color: var(--faint); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; margin: 0.75rem 0; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-size: 0.9rem; }
th, td { text-align: left; padding: 0.2rem 1rem 0.2rem 0; border-bottom: 1px solid var(--line); font-weight: 400; vertical-align: top; }
thead th { color: var(--faint); }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(20rem, 1fr)); gap: 1.5rem; }
figure { margin: 0; } svg { max-width: 100%; height: auto; } code { font-size: 0.85rem; word-break: break-all; }
`;

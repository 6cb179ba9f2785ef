/** Text as it stands in HTML, so that nothing of it is taken for markup. */
export function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}

/** A table of texts; the first cell of a row names it. */
export function tableOf(caption: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const headings = head.map((cell) => `<th scope="col">${escaped(cell)}</th>`).join('');
  const lines = rows.map(([name = '', ...cells]) => {
    const rest = cells.map((cell) => `<td>${escaped(cell)}</td>`).join('');
    return `<tr><th scope="row">${escaped(name)}</th>${rest}</tr>`;
  });
  const body = `<thead><tr>${headings}</tr></thead><tbody>${lines.join('\n')}</tbody>`;
  return `<div class="wide"><table><caption>${escaped(caption)}</caption>${body}</table></div>`;
}

export function listOf(items: readonly string[]): string {
  return `<ul>${items.map((item) => `<li>${escaped(item)}</li>`).join('')}</ul>`;
}

export function sectionOf(title: string, ...parts: readonly string[]): string {
  const inner = parts.filter((part) => part !== '');
  return inner.length === 0 ? '' : `<section><h2>${escaped(title)}</h2>\n${inner.join('\n')}</section>`;
}

export function paragraph(text: string): string {
  return text === '' ? '' : `<p>${escaped(text)}</p>`;
}

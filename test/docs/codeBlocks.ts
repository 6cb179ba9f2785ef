import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

/** A fenced block of a document: what stands behind the fence, split at the first space, and its text. */
export interface CodeBlock {
  readonly language: string;
  /** A file's name, or a word that a test looks for. */
  readonly title: string;
  readonly text: string;
}

/** The fenced code blocks of a document, in order. */
export function codeBlocks(document: string): CodeBlock[] {
  const fenced = readFileSync(join(root, document), 'utf8').matchAll(/^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm);
  return [...fenced].map(([, language = '', title = '', text = '']) => ({ language, title, text }));
}

/** The one block of that title. */
export function codeBlock(document: string, title: string): string {
  const found = codeBlocks(document).filter((block) => block.title === title);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only.text;
  throw new Error(`${document} has ${found.length} blocks '${title}'`);
}

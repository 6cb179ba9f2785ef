import type { BatchFinding } from './batchFinding.ts';

/** The broken rules over the window that only warn, and those with too little to judge; empty where there are none. */
export function batchWarningsText(findings: readonly BatchFinding[]): string {
  const named = (outcome: BatchFinding['outcome']): string =>
    findings.flatMap((one) => (one.outcome === outcome ? [`${one.rule} (${one.value})`] : [])).join(', ');
  const [broken, open] = [named('broken'), named('too little to say')];
  return [
    ...(broken === '' ? [] : [`warnings of the window: ${broken}`]),
    ...(open === '' ? [] : [`too little to judge: ${open}`]),
  ].join('; ');
}

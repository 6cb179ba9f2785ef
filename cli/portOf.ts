import { WhetError } from '../core/errors.ts';

/** A port as it was typed after an option; 0 stands for any free one. */
export function portOf(text: string, option: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new WhetError('input.invalid', { expected: `a port from 0 to 65535 in ${option}`, came: `'${text}'` });
}

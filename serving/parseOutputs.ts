import { WhetError } from '../core/errors.ts';
import { shown } from './columnReader.ts';
import { isObject } from './parseRows.ts';
import type { RowShape } from './rowShape.ts';

export type OutputName = 'score' | 'answer';
export const outputNames: readonly OutputName[] = ['score', 'answer'];

/** An output that a caller wants. */
export interface AskedOutput {
  readonly name: OutputName;
  /** As raw bytes after the JSON. */
  readonly binary: boolean;
}

/**
 * The outputs to give, in the order asked for; all of them where none is named. `allBinary` holds for those that say nothing
 * of their own. Throws `request.invalid` for an unknown or doubled one, `request.unsupported` for what Triton's extensions
 * would do with them.
 */
export function parseOutputs(shape: RowShape, outputs: unknown, allBinary: boolean): readonly AskedOutput[] {
  if (outputs === undefined || (Array.isArray(outputs) && outputs.length === 0)) {
    return allBinary ? allAsBytes : allAsJson;
  }
  if (!Array.isArray(outputs)) throw invalid(shape, 'outputs as an array', shown(outputs));
  const asked = outputs.map((output: unknown) => outputOf(shape, output, allBinary));
  const names = asked.map(({ name }) => name);
  if (new Set(names).size !== names.length) throw invalid(shape, 'each output once', names.join(', '));
  return asked;
}

const allAsJson: readonly AskedOutput[] = outputNames.map((name) => ({ name, binary: false }));
const allAsBytes: readonly AskedOutput[] = outputNames.map((name) => ({ name, binary: true }));

function outputOf(shape: RowShape, output: unknown, allBinary: boolean): AskedOutput {
  const { name: wanted, parameters } = isObject(output) ? output : { name: output };
  const name = outputNames.find((each) => each === wanted);
  if (name === undefined) throw invalid(shape, `an output of ${outputNames.join(', ')}`, shown(wanted));
  const said = parametersOf(shape, parameters, `the output '${name}'`);
  refuseExtensions(said, `the output '${name}'`);
  return { name, binary: flagOf(shape, said, 'binary_data') ?? allBinary };
}

/** Parameters of a request, an input or an output. Throws `request.invalid` where they are no object. */
export function parametersOf(shape: RowShape, parameters: unknown, place: string): Record<string, unknown> {
  if (parameters === undefined || parameters === null) return {};
  if (isObject(parameters)) return parameters;
  throw invalid(shape, `parameters of ${place} as an object`, shown(parameters));
}

/** A parameter that is true or false; undefined where it is left out. */
export function flagOf(shape: RowShape, parameters: Record<string, unknown>, name: string): boolean | undefined {
  const flag = parameters[name];
  if (flag === undefined || typeof flag === 'boolean') return flag;
  throw invalid(shape, `true or false for '${name}'`, shown(flag));
}

/** What an answer would mean something else with, were it passed over. */
const extensions = ['classification', 'sequence_id', 'sequence_start', 'sequence_end', 'shared_memory_region'];

/** Throws `request.unsupported` for a parameter of an extension that is not advertised. */
export function refuseExtensions(parameters: Record<string, unknown>, place: string): void {
  const found = extensions.find((name) => Boolean(parameters[name]));
  if (found === undefined) return;
  const todo = `Leave '${found}' out: GET /v2 lists the extensions that there are.`;
  throw new WhetError('request.unsupported', { expected: 'tensors in and out', came: `'${found}' in ${place}`, todo });
}

function invalid(shape: RowShape, expected: string, came: string): WhetError {
  return new WhetError('request.invalid', { expected, came, todo: shape.tensorAdvice });
}

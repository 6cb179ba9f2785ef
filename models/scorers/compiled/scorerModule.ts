import type { ModelPackage } from '../../../core/modelPackage.ts';
import { goldenRow, parityTolerance } from '../goldenRows.ts';
import { isoTime, twoDigits } from '../isoTime.ts';
import { type Bound, literal } from './program.ts';
import { rowReading } from './rowReading.ts';
import { writeModel } from './writeModel.ts';

/**
 * A model as the text of one JavaScript module that needs nothing else: `score`, `decide`, `meta`, and `selfTest`, which
 * scores the golden rows and compares with onnxruntime's scores. Throws a RangeError that names what cannot be said.
 */
export function scorerModule(model: Uint8Array, held: ModelPackage, version: number): string {
  const { program, inputs, score } = writeModel(model);
  const { pipeline, threshold, answer, asOf, model: stored, inputs: columns } = held;
  const meta = { pipeline, version, digest: stored.digest, asOf, threshold, answer, columns };
  return `// The scorer of '${pipeline}', version ${version}, as one module that needs nothing else. Made by whet export.
// Test it: node FILE --test

/** What it scores for, with which threshold, and the columns of a row. */
export const meta = ${JSON.stringify(meta, null, 2)};

/**
 * The score of a row, in [0, 1]: an object of exactly the columns, dates as ISO text, milliseconds UTC or Date. Throws a
 * TypeError that names the column that does not fit.
 */
export function score(row) {
  const found = scoreRow(row);
  if (Number.isFinite(found)) return found;
  throw refusal(row);
}

/** The answer's word for a score. */
export function decide(score) {
  return score >= meta.threshold ? meta.answer.positive : meta.answer.negative;
}

/** Scores the golden rows as onnxruntime did: how many, and the largest difference. Throws where one differs. */
export function selfTest() {
  let worst = 0;
  for (const [at, want] of golden.scores.entries()) {
    const got = score(goldenRow(at));
    const difference = Math.abs(got - want);
    const decided = decide(got) === decide(want) || Math.abs(want - meta.threshold) <= ${parityTolerance};
    if (!(difference <= ${parityTolerance} && decided)) {
      throw new Error(\`expected the score \${want} for \${JSON.stringify(goldenRow(at))}, but came \${got}\`);
    }
    worst = Math.max(worst, difference);
  }
  return { rows: golden.scores.length, worst };
}

${isoTime.toString()}

${twoDigits.toString()}

function numbers(base64, Kind) {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  const size = Kind.BYTES_PER_ELEMENT;
  const read = size === 4 ? 'getFloat32' : 'getFloat64';
  return Float64Array.from({ length: bytes.length / size }, (_, at) => view[read](at * size, true));
}

${[...program.bound].map(([name, object]) => `const ${name} = ${boundText(object)};`).join('\n')}
${program.declarations.join('\n')}

function scoreRow(given) {
${rowReading(inputs, columns)}
${program.statements.join('\n')}
return ${score};
}

const golden = ${JSON.stringify(goldenOf(held))};

function goldenRow(at) {
  return Object.fromEntries(meta.columns.map(({ name }, column) => [name, golden.rows[at][column]]));
}

/** The column is found by putting its value into a row that fits. */
function refusal(row) {
  if (typeof row !== 'object' || row === null) return new TypeError('expected a row as an object of columns');
  const names = meta.columns.map(({ name }) => name);
  const missing = names.find((name) => row[name] === undefined);
  if (missing !== undefined) return new TypeError(\`expected the column '\${missing}'\`);
  const extra = Object.keys(row).find((name) => !names.includes(name));
  if (extra !== undefined) return new TypeError(\`expected no column but \${names.join(', ')}, but came '\${extra}'\`);
  const wrong = meta.columns.find(({ name }) => Number.isNaN(scoreRow({ ...goldenRow(0), [name]: row[name] })));
  if (wrong === undefined) return new RangeError('the model has no score for this row');
  const { name, type, nullable } = wrong;
  return new TypeError(\`expected \${type}\${nullable ? ' or null' : ''} in the column '\${name}', but came \${String(row[name])}\`);
}

const [, file = '', option] = globalThis.process?.argv ?? [];
const { url } = import.meta;
if (option === '--test' && url.endsWith('/' + encodeURIComponent(file.split(/[\\\\/]/).pop()))) {
  const { rows, worst } = selfTest();
  console.log(\`\${rows} golden rows scored as onnxruntime scores them; largest difference \${worst}\`);
}
`;
}

function boundText(object: Bound): string {
  if (object instanceof RegExp) return `new RegExp(${JSON.stringify(object.source)}, '${object.flags}')`;
  if (object instanceof Float32Array) return `numbers('${base64(object)}', Float32Array)`;
  if (object instanceof Float64Array) return numbersText(object);
  const entries = [...object].map(
    ([key, value]) =>
      `[${typeof key === 'string' ? JSON.stringify(key) : literal(key)}, ${literal(value ?? Number.NaN)}]`,
  );
  return `new Map([${entries.join(', ')}])`;
}

/** Weights are floats, but for sums that were made of them; zeros are room for what a row makes. */
function numbersText(values: Float64Array): string {
  if (values.every((value) => Object.is(value, 0))) return `new Float64Array(${values.length})`;
  if (values.every((value) => Object.is(Math.fround(value), value))) {
    return `numbers('${base64(Float32Array.from(values))}', Float32Array)`;
  }
  return `numbers('${base64(values)}', Float64Array)`;
}

/** Little-endian, as every machine that Node runs on. */
function base64(values: Float32Array | Float64Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
}

function goldenOf({ golden, inputs }: ModelPackage): { rows: unknown[][]; scores: readonly number[] } {
  const rows = golden.scores.map((_, row) => Object.values(goldenRow(golden.columns, inputs, row)));
  return { rows, scores: golden.scores };
}

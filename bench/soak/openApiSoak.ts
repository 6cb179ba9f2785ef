import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { openServer } from '../../serving/server.ts';
import { localDisk } from '../../storage/localDisk.ts';
import { pipeline, putVersion, route } from '../../test/serving/fixture.ts';
import { pythonPeer } from '../pythonPeer.ts';

export interface OpenApiReport {
  readonly seed: number;
  readonly schemathesis: string;
  readonly operations: number;
  readonly cases: number;
  readonly seconds: number;
  readonly violations: readonly string[];
}

interface Options {
  readonly folder: string;
  readonly seed: number;
  readonly report: (line: string) => void;
}

const schemathesis = '4.32.5';
const packages = [`schemathesis==${schemathesis}`, 'openapi-spec-validator==0.9.0'];

/** A protocol's part that is not there, too much to do, and a deadline that is over are no failures of the server. */
const settings = '[checks.not_a_server_error]\nexpected-statuses = ["2xx", "3xx", "4xx", 501, 503, 504]\n';

/** What must hold of every answer, however odd the request. */
const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
  'allow_header_conformance',
];

/** A server's own OpenAPI document is valid, and schemathesis finds no answer that it does not tell of, and no 500. */
export async function openApiSoak({ folder, seed, report }: Options): Promise<OpenApiReport> {
  const python = await pythonPeer('openapi', packages);
  const store = localDisk(join(folder, 'store'));
  await route(store, 1, await putVersion(store, 1));
  // Nothing is turned away for the time it waited: a machine may be busy with others.
  const limits = { queueMs: 60_000, burstMs: 60_000 };
  const server = await openServer({ store, clock: () => Date.now(), report, limits });
  try {
    const document = await (await fetch(`${server.url}/openapi.json`)).text();
    const file = join(folder, 'openapi.json');
    await writeFile(file, document);
    report(`schemathesis asks ${pipeline} on ${server.url}`);
    const started = performance.now();
    const validity = await validated(join(python, 'bin', 'openapi-spec-validator'), file);
    const found = await asked(join(python, 'bin', 'schemathesis'), server.url, folder, seed);
    const seconds = (performance.now() - started) / 1_000;
    const operations = operationsIn(JSON.parse(document));
    return { seed, schemathesis, operations, seconds, ...found, violations: [...validity, ...found.violations] };
  } finally {
    await server.close();
  }
}

async function validated(command: string, file: string): Promise<string[]> {
  const { ok, text } = await ran(command, [file], dirname(file));
  return ok ? [] : [text];
}

async function asked(command: string, url: string, folder: string, seed: number) {
  const [junit, config] = [join(folder, 'schemathesis.xml'), join(folder, 'schemathesis.toml')];
  await writeFile(config, settings);
  const flags = [
    '--checks',
    checks.join(','),
    '--seed',
    String(seed),
    '--max-examples',
    '50',
    '--continue-on-failure',
    '--no-color',
  ];
  const reports = ['--report', 'junit', '--report-junit-path', junit];
  const { ok, text } = await ran(
    command,
    ['--config-file', config, 'run', `${url}/openapi.json`, ...flags, ...reports],
    folder,
  );
  const cases = Number(/(\d+) generated/.exec(text)?.[1] ?? 0);
  if (ok && cases > 0) return { cases, violations: [] };
  const told = [...(await readFile(junit, 'utf8')).matchAll(/<failure[^>]*message="([^"]*)"/g)];
  return { cases, violations: told.length > 0 ? told.map(([, what = '']) => what) : [text] };
}

/** In the soak's own folder, as schemathesis keeps its notes in the folder that it is run in. */
async function ran(
  command: string,
  args: readonly string[],
  cwd: string,
): Promise<{ readonly ok: boolean; readonly text: string }> {
  try {
    const { stdout } = await promisify(execFile)(command, [...args], { cwd, maxBuffer: 1 << 26 });
    return { ok: true, text: stdout };
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { readonly stdout?: string; readonly stderr?: string };
    if (stdout === '' && stderr === '') throw error;
    return { ok: false, text: stdout + stderr };
  }
}

function operationsIn({ paths }: { readonly paths: Readonly<Record<string, object>> }): number {
  const methods = Object.values(paths).flatMap((path) => Object.keys(path));
  return methods.filter((name) => ['get', 'post'].includes(name)).length;
}

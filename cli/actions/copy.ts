import { userInfo } from 'node:os';
import { dirname, resolve } from 'node:path';
import { WhetError } from '../../core/errors.ts';
import { type CopiedVersion, copyVersion } from '../../registry/copyVersion.ts';
import { headOf } from '../../registry/ledger.ts';
import { isAddress, openStore } from '../../storage/openStore.ts';
import { sparingStore } from '../../storage/sparingStore.ts';
import { type Engine, readEngine } from '../../workers/engineFile.ts';
import { openWorkplace, type Workplace } from '../../workers/workplace.ts';
import type { JsonOption } from '../command.ts';
import { print, printJson } from '../output.ts';

interface CopyOptions extends JsonOption {
  readonly to: string;
  readonly promote?: boolean;
  readonly who?: string;
  readonly why?: string;
}

/** Copies a version to another store, where it is a version of its own that names where it came from. */
export async function copy(pipeline: string, version: string, options: CopyOptions): Promise<void> {
  const workplace = openWorkplace();
  const location = isAddress(options.to) ? options.to : resolve(workplace.folder, options.to);
  if (location === workplace.storeLocation)
    throw new WhetError('input.invalid', { expected: 'another store in --to', came: `this one, ${location}` });
  const engine = options.promote === true ? await engineOn(location) : undefined;
  const { who = userInfo().username, why = `copied from ${workplace.storeLocation}` } = options;
  // What is there already may be on a sweep's list, and is needed from now on.
  const to = sparingStore(openStore(location, workplace.cacheFolder), Date.now);
  const copied = await copyVersion({
    ...{ from: workplace.store, fromLocation: workplace.storeLocation, to },
    ...{ pipeline, version: /^v?\d+$/.test(version) ? Number(version.replace('v', '')) : version },
    authorship: { who, why, at: new Date().toISOString() },
  });
  const before = (await headOf(to, pipeline))?.n ?? 0;
  const word = { version: copied.version, who, why };
  const decision = engine === undefined ? null : await promoted(engine, to, pipeline, word, before);
  if (options.json) return printJson({ pipeline, to: location, ...copied, decision });
  print(copiedText(pipeline, location, copied));
  if (decision !== null) print(decision);
  else print(`it does not answer there yet: ${promotion(location, pipeline, copied.version)}`);
}

/** The engine of this machine that works on a store; only a folder tells of it. Throws `engine.not-here` before anything is copied. */
async function engineOn(location: string): Promise<Engine> {
  const engine = isAddress(location) ? undefined : await readEngine(dirname(location));
  if (engine?.store === location) return engine;
  const came = isAddress(location) ? 'a bucket, which tells of no engine' : `none in ${dirname(location)}`;
  throw new WhetError('engine.not-here', { expected: `an engine of this machine that works on ${location}`, came });
}

async function promoted(
  engine: Engine,
  to: Workplace['store'],
  pipeline: string,
  word: { readonly version: number; readonly who: string; readonly why: string },
  before: number,
): Promise<string> {
  const { connectTemporal } = await import('../../workers/temporal/connectTemporal.ts');
  const { sayToRelease } = await import('../../workers/sayToRelease.ts');
  const { releaseDecision } = await import('../../workers/releaseDecision.ts');
  const { client, connection } = await connectTemporal(engine.address);
  try {
    await sayToRelease(client, pipeline, 'promote', word);
    return await releaseDecision(to, pipeline, word.version, before);
  } finally {
    await connection.close();
  }
}

function copiedText(pipeline: string, location: string, { version, wasThere, objects, origin }: CopiedVersion): string {
  const what = `version ${origin.version} of ${pipeline} is version ${version} of ${location}`;
  return wasThere ? `${what}: it was there before` : `${what}: ${objects} objects, each with its digest checked`;
}

function promotion(location: string, pipeline: string, version: number): string {
  return `WHET_STORE='${location}' whet promote ${pipeline} ${version}`;
}

import { copyFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import type { SourcePlan } from '../../core/contractPlan.ts';
import { WhetError } from '../../core/errors.ts';
import { didYouMean } from '../../core/nearestName.ts';
import { temporaryPath } from '../../storage/temporaryPath.ts';
import type { DataPorts } from '../dataPorts.ts';
import { isFile } from './isFile.ts';

/** Sample data by name, and where it lies in the npm package `vega-datasets`. */
const samples: Readonly<Record<string, string>> = { 'flights-3m': 'data/flights-3m.parquet' };

/**
 * The path of a source on this machine. Sample data is copied once to `.whet/sources/` below the engine's folder, so
 * that a run does not depend on what is installed later. Throws `sample.unknown`, `sample.not-installed`.
 */
export async function sourceFile(ports: DataPorts, source: SourcePlan): Promise<string> {
  if ('path' in source.at) return resolve(ports.folder, source.at.path);
  const name = source.at.sample;
  const inPackage = samples[name];
  if (inPackage === undefined) throw unknownSample(name);
  const path = join(ports.folder, '.whet', 'sources', `${name}.parquet`);
  if (!(await isFile(path))) await copyOnce(await inInstalledPackage(ports.folder, name, inPackage), path);
  return path;
}

function unknownSample(name: string): WhetError {
  const known = Object.keys(samples);
  return new WhetError('sample.unknown', {
    expected: `the name of sample data (${known.join(', ')})`,
    came: `'${name}'${didYouMean(name, known)}`,
  });
}

async function inInstalledPackage(folder: string, name: string, inPackage: string): Promise<string> {
  for (const modules of [...moduleFolders(join(folder, 'package.json')), ...moduleFolders(import.meta.url)]) {
    const path = join(modules, 'vega-datasets', inPackage);
    if (await isFile(path)) return path;
  }
  throw new WhetError('sample.not-installed', {
    expected: `sample data '${name}' of the npm package vega-datasets`,
    came: `no such package in ${folder}`,
  });
}

/** The package hides its package.json from `resolve`, so the folders that Node would search are looked through. */
function moduleFolders(from: string): string[] {
  return createRequire(from).resolve.paths('vega-datasets') ?? [];
}

/** A reader never sees half a file: the copy gets its name when it is whole. */
async function copyOnce(from: string, to: string): Promise<void> {
  const temporary = await temporaryPath(dirname(to), 'part-');
  try {
    await copyFile(from, temporary);
    await rename(temporary, to);
  } finally {
    await rm(temporary, { force: true });
  }
}

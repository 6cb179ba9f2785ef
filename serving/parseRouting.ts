import { checkTraffic } from '../core/checkTraffic.ts';
import { WhetError } from '../core/errors.ts';
import type { RoutedVersion, Routing } from '../core/routing.ts';
import { openJson } from '../storage/sealedJson.ts';
import { isObject } from './parseRows.ts';

/** The routing in a document of the store. Throws `routing.invalid`, so that a broken document changes nothing. */
export function parseRouting(pipeline: string, bytes: Uint8Array): Routing {
  const value = parsed(pipeline, bytes);
  const ok =
    isObject(value) &&
    value.pipeline === pipeline &&
    Number.isSafeInteger(value.ledger) &&
    Number.isSafeInteger(value.epoch) &&
    isVersionOrNull(value.champion) &&
    isVersionOrNull(value.prepare);
  if (!ok) throw invalid(pipeline, JSON.stringify(value).slice(0, 200));
  if (value.traffic !== undefined) checkShared(pipeline, value.traffic);
  return value as unknown as Routing;
}

function checkShared(pipeline: string, traffic: unknown): void {
  try {
    checkTraffic(traffic, isVersion);
  } catch (error) {
    throw invalid(pipeline, error instanceof Error ? error.message : String(error), error);
  }
}

function parsed(pipeline: string, bytes: Uint8Array): unknown {
  try {
    return openJson(`serving/${pipeline}/routing.json`, bytes);
  } catch (error) {
    throw invalid(pipeline, String(error), error);
  }
}

function isVersionOrNull(value: unknown): value is RoutedVersion | null {
  return value === null || isVersion(value);
}

function isVersion(value: unknown): value is RoutedVersion {
  return (
    isObject(value) &&
    Number.isSafeInteger(value.version) &&
    typeof value.package === 'string' &&
    typeof value.digest === 'string'
  );
}

function invalid(pipeline: string, came: string, cause?: unknown): WhetError {
  const expected = `a routing of '${pipeline}': {pipeline, ledger, epoch, champion, prepare, traffic}`;
  return new WhetError('routing.invalid', { expected, came }, cause);
}

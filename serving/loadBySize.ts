import type { ModelPackage } from '../core/modelPackage.ts';
import { loadPackage } from '../models/scorers/loadPackage.ts';
import { getObjectJson } from '../storage/objects.ts';
import { loadInThread } from './loadInThread.ts';
import type { LoadPackage } from './loadVersion.ts';

/**
 * Bytes of a model up to which it is loaded in the serving thread. To check, open and compile a megabyte holds that up for
 * some 7 ms; to score a row in another thread costs tens of microseconds on each request, which a large model takes anyway.
 */
export const largeModelBytes = 2 * 1024 * 1024;

/** As `models/scorers/loadPackage.ts`; a large model is loaded, and scores, in a thread of its own. */
export const loadBySize: LoadPackage = async (store, packageId) => {
  const { model } = await getObjectJson<Partial<ModelPackage>>(store, packageId);
  const isLarge = (model?.bytes ?? 0) > largeModelBytes;
  return isLarge ? loadInThread(store, packageId) : loadPackage(store, packageId);
};

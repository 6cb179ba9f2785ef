import { conceptDrift } from './conceptDrift.ts';
import { inputDrift } from './inputDrift.ts';
import type { Monitor } from './monitor.ts';
import { scoreDrift } from './scoreDrift.ts';

/** What is watched where a pipeline file says that it is watched and no more. */
export function usualMonitors(): readonly Monitor[] {
  return [inputDrift(), scoreDrift(), conceptDrift()];
}

import type { Plan } from '../core/plan.ts';
import { digestOfValue } from '../storage/digest.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { createJson, requireJson } from '../storage/objects.ts';

/** Stores a plan at `plans/<id>.json`; its id is the SHA-256 of its canonical JSON. */
export async function keepPlan(store: ObjectStore, plan: Plan): Promise<string> {
  const id = digestOfValue(plan);
  await createJson(store, `plans/${id}.json`, plan);
  return id;
}

export function planOf(store: ObjectStore, id: string): Promise<Plan> {
  return requireJson<Plan>(store, `plans/${id}.json`);
}

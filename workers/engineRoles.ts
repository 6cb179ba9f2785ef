export type EngineRole = 'pipeline' | 'trainer' | 'serving';

export const engineRoles: readonly EngineRole[] = ['pipeline', 'trainer', 'serving'];

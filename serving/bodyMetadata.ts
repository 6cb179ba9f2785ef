import type { MetadataOf } from '../core/chooseVariant.ts';

/**
 * Metadata that stand as parameters of a request of the Open Inference Protocol, in its body or its message; its own
 * `timeout`, in microseconds, is the caller's deadline.
 */
export function bodyMetadata(parameters: Readonly<Record<string, unknown>>): MetadataOf {
  return (name) => {
    const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (value !== undefined && value !== null) return String(value);
    const { timeout } = parameters;
    // 0 is the protocol's word for none.
    return name === 'deadline-ms' && timeout ? String(Number(timeout) / 1_000) : undefined;
  };
}

/** A text that stands for itself in a comparison, where a bare text names a column. */
export interface Text<Value extends string> {
  readonly kind: 'text';
  readonly value: Value;
}

/** A text that is meant as a value: `column('status').equals(text('landed'))`. */
export function text<const Value extends string>(value: Value): Text<Value> {
  return { kind: 'text', value };
}
